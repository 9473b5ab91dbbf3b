//! What an agent's executions can be filtered for: the values that they have, in a small table of their own,
//! so that a menu costs the same whatever the history. The writer adds new values in the transaction of the rows, and
//! takes those out again that no execution has any more, once executions were deleted.

pub(crate) mod remembered;
pub(crate) mod value;

use crate::{Store, StoreError};
use domain::{AgentId, FacetValue, Facets, FilterField, OrganizationId};
use value::kept;

/// Values of one kind that are shown.
const SHOWN: usize = 200;
/// Values of one kind that are looked through for those that are shown.
const READ: i64 = 1_000;

impl Store {
    /// What the agent's executions can be filtered for, at most 200 values of a kind.
    pub async fn facets(&self, organization: OrganizationId, agent: &AgentId) -> Result<Facets, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let mut facets = Facets::default();
        for field in kept() {
            let values = if field == FilterField::ApiKeyId {
                self.keys_of(organization, agent_key).await?
            } else {
                let mut values = self.values_of(organization, agent_key, field).await?;
                match field {
                    FilterField::Version => values.sort_by(|one, other| natural(other, one)),
                    FilterField::ErrorCode => values.sort(),
                    _ => values.sort_by(|one, other| natural(one, other)),
                }
                values.truncate(SHOWN);
                values.into_iter().map(FacetValue::from).collect()
            };
            facets.set(field, values);
        }
        Ok(facets)
    }

    /// Values of one kind, those that sort last first.
    async fn values_of(
        &self,
        organization: OrganizationId,
        agent_key: i64,
        field: FilterField,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = self
            .backend
            .fetch(
                "SELECT value FROM facets WHERE organization_id = $1 AND agent_key = $2 AND kind = $3
                 ORDER BY value DESC LIMIT $4",
                (organization.0, agent_key, field.kept_as(), READ),
            )
            .await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// The keys that recorded some of the agent's executions, by name.
    async fn keys_of(
        &self,
        organization: OrganizationId,
        agent_key: i64,
    ) -> Result<Vec<FacetValue>, StoreError> {
        let rows: Vec<(String, Option<String>)> = self
            .backend
            .fetch(
                "SELECT f.value, k.name FROM facets f
                 LEFT JOIN api_keys k ON k.organization_id = f.organization_id AND k.api_key_id = f.value
                 WHERE f.organization_id = $1 AND f.agent_key = $2 AND f.kind = $3
                 ORDER BY k.created_at DESC, f.value LIMIT $4",
                (
                    organization.0,
                    agent_key,
                    FilterField::ApiKeyId.kept_as(),
                    SHOWN as i64,
                ),
            )
            .await?;
        let mut keys: Vec<_> = rows
            .into_iter()
            .map(|(value, name)| FacetValue { value, name })
            .collect();
        keys.sort_by_cached_key(|key| {
            let name = key.name.as_ref().map(|name| name.to_lowercase());
            (name.is_none(), name, key.value.clone())
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
