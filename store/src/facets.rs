//! What an agent's executions can be filtered for: the values that they have, in a small table of their own,
//! so that a menu costs the same whatever the history. The writer adds new values in the transaction of the rows, and
//! takes those out again that no execution has any more, once executions were deleted.

use crate::{Store, StoreError, backend::on_pool, recording::Plan, row::decode_error};
use domain::{AgentId, ExecutionSummary, Facets, KeyFacet, OrganizationId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Values of one kind that are shown.
const SHOWN: usize = 200;
/// Values of one kind that are looked through for those that are shown.
const READ: i64 = 1_000;
/// Values that the writer remembers.
const REMEMBERED: usize = 4_096;

/// Which filter a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Version = 1,
    Model = 2,
    ErrorCode = 3,
    ApiKey = 4,
}

/// One value of one agent. Ordered, so that every writer inserts in the same order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Facet {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub kind: Kind,
    pub value: String,
}

impl Kind {
    /// The column of `executions` that holds such values.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Model => "model",
            Self::ErrorCode => "error_code",
            Self::ApiKey => "api_key_id",
        }
    }
}

/// Values that are known to be in the table, so that hardly any transaction has to write one.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    facets: HashSet<Facet>,
    /// How often values of an agent had been taken out when its values were remembered.
    forgotten: HashMap<(OrganizationId, i64), i64>,
}

/// How often values of an agent have been taken out of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forgotten {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub times: i64,
}

impl Remembered {
    /// Remembers nothing of agents whose values were taken out meanwhile, on whichever server.
    pub(crate) fn heed(&mut self, forgotten: &[Forgotten]) {
        for one in forgotten {
            let agent = (one.organization, one.agent_key);
            if self.forgotten.insert(agent, one.times) != Some(one.times) {
                self.facets
                    .retain(|facet| (facet.organization, facet.agent_key) != agent);
            }
        }
    }

    /// The plan's values that may be missing from the table.
    pub(crate) fn missing(&self, plan: &Plan<'_>) -> BTreeSet<Facet> {
        let mut missing = BTreeSet::new();
        let inserted = plan
            .inserts
            .iter()
            .map(|row| (row.organization, row.agent_key, &*row.summary));
        let updated = plan
            .updates
            .iter()
            .map(|row| (row.organization, row.agent_key, &row.after));
        for (organization, agent_key, summary) in inserted.chain(updated) {
            for (kind, value) in values(summary) {
                let facet = Facet {
                    organization,
                    agent_key,
                    kind,
                    value: value.to_owned(),
                };
                if !self.facets.contains(&facet) {
                    missing.insert(facet);
                }
            }
        }
        missing
    }

    /// Keeps values in mind that a committed transaction has written. Where there are too many of them, it begins
    /// anew: writing a value again is harmless.
    pub(crate) fn remember(&mut self, committed: BTreeSet<Facet>) {
        if self.facets.len() + committed.len() > REMEMBERED {
            self.facets.clear();
            self.forgotten.clear();
        }
        self.facets.extend(committed.into_iter().take(REMEMBERED));
    }
}

/// The values of an execution that can be filtered for.
pub(crate) fn values(summary: &ExecutionSummary) -> impl Iterator<Item = (Kind, &str)> {
    [
        (Kind::Version, summary.version.as_deref()),
        (Kind::Model, summary.model.as_deref()),
        (Kind::ErrorCode, summary.error_code.as_deref()),
        (Kind::ApiKey, summary.api_key_id.as_ref().map(|id| id.as_str())),
    ]
    .into_iter()
    .filter_map(|(kind, value)| Some((kind, value.filter(|value| !value.is_empty())?)))
}

impl Store {
    /// What the agent's executions can be filtered for, at most 200 values of a kind.
    pub async fn facets(&self, organization: OrganizationId, agent: &AgentId) -> Result<Facets, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let mut facets = Facets {
            versions: self.values_of(organization, agent_key, Kind::Version).await?,
            models: self.values_of(organization, agent_key, Kind::Model).await?,
            error_codes: self.values_of(organization, agent_key, Kind::ErrorCode).await?,
            api_keys: Vec::new(),
        };
        facets.versions.sort_by(|one, other| natural(other, one));
        facets.models.sort_by(|one, other| natural(one, other));
        facets.error_codes.sort();
        for list in [&mut facets.versions, &mut facets.models, &mut facets.error_codes] {
            list.truncate(SHOWN);
        }
        facets.api_keys = self.keys_of(organization, agent_key).await?;
        Ok(facets)
    }

    /// Values of one kind, those that sort last first.
    async fn values_of(
        &self,
        organization: OrganizationId,
        agent_key: i64,
        kind: Kind,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on_pool!(self.backend, |pool| sqlx::query_as(
            "SELECT value FROM facets WHERE organization_id = $1 AND agent_key = $2 AND kind = $3
             ORDER BY value DESC LIMIT $4"
        )
        .bind(organization.0)
        .bind(agent_key)
        .bind(kind as i64)
        .bind(READ)
        .fetch_all(pool)
        .await?);
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// The keys that recorded some of the agent's executions, by name.
    async fn keys_of(
        &self,
        organization: OrganizationId,
        agent_key: i64,
    ) -> Result<Vec<KeyFacet>, StoreError> {
        let rows: Vec<(String, Option<String>)> = on_pool!(self.backend, |pool| sqlx::query_as(
            "SELECT f.value, k.name FROM facets f
             LEFT JOIN api_keys k ON k.organization_id = f.organization_id AND k.api_key_id = f.value
             WHERE f.organization_id = $1 AND f.agent_key = $2 AND f.kind = $3
             ORDER BY k.created_at DESC, f.value LIMIT $4"
        )
        .bind(organization.0)
        .bind(agent_key)
        .bind(Kind::ApiKey as i64)
        .bind(SHOWN as i64)
        .fetch_all(pool)
        .await?);
        let mut keys = rows
            .into_iter()
            .map(|(id, name)| {
                let api_key_id = id.try_into().map_err(decode_error)?;
                Ok(KeyFacet { api_key_id, name })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        keys.sort_by_cached_key(|key| {
            let name = key.name.as_ref().map(|name| name.to_lowercase());
            (name.is_none(), name, key.api_key_id.clone())
        });
        Ok(keys)
    }
}

/// Compares texts as people do: numbers within them by value, so that `V9` comes before `V10`.
fn natural(one: &str, other: &str) -> std::cmp::Ordering {
    pieces(one).cmp(pieces(other)).then_with(|| one.cmp(other))
}

/// A text cut into numbers, told by their length and digits, and what stands between them.
fn pieces(text: &str) -> impl Iterator<Item = (bool, usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_digit = |character: char| character.is_ascii_digit();
        let numeric = rest.chars().next().map(is_digit)?;
        let end = rest
            .find(|character| is_digit(character) != numeric)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if !numeric {
            return Some((true, 0, piece));
        }
        let digits = piece.trim_start_matches('0');
        Some((false, digits.len(), digits))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_by_value() {
        let mut versions = ["V10", "V9", "v1", "V1.10", "V1.9", "1", "V", "V009"];
        versions.sort_by(|one, other| natural(one, other));
        assert_eq!(versions, ["1", "V", "V1.9", "V1.10", "V009", "V9", "V10", "v1"]);
    }

    proptest! {
        #[test]
        fn the_order_is_one(one in "[V.0-9]{0,6}", other in "[V.0-9]{0,6}", third in "[V.0-9]{0,6}") {
            prop_assert_eq!(natural(&one, &other), natural(&other, &one).reverse());
            prop_assert_eq!(natural(&one, &other).is_eq(), one == other);
            if natural(&one, &other).is_le() && natural(&other, &third).is_le() {
                prop_assert!(natural(&one, &third).is_le());
            }
        }
    }
}
