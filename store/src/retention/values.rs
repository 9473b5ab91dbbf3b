//! What can be filtered for after executions went: a value that none has any more is offered no longer.

use crate::{
    Store, StoreError,
    events::read::newest,
    facets::value::{kept, values},
    history::History,
    recording::{Chore, Owner, Unused},
    snapshot::{Snapshot, Statement},
};
use domain::{AgentId, ExecutionSummary, FilterField, OrganizationId};
use std::collections::BTreeMap;

/// The values of removed executions, each with the time of the last one that had it.
#[derive(Debug, Default)]
pub(super) struct Gone(BTreeMap<(FilterField, String), i64>);

impl Gone {
    /// Takes in an execution that is removed.
    pub(super) fn take(&mut self, row: &ExecutionSummary) {
        for (field, value) in values(row) {
            self.0
                .insert((field, value.to_owned()), row.executed_at.timestamp_micros());
        }
    }
}

impl Store {
    /// Takes from what can be filtered for in the organization whatever no execution has any more: after removing was broken
    /// off, and what it knew of what it had removed was lost.
    pub async fn forget_all_unused(&self, organization: OrganizationId) -> Result<(), StoreError> {
        for agent in self.agents(organization).await? {
            let owner = self.owner(organization, &agent.agent_id).await?;
            let mut gone = Gone::default();
            for field in kept() {
                let values: Vec<(String,)> = self
                    .long_reads
                    .fetch(
                        "SELECT value FROM facets WHERE organization_id = $1 AND agent_key = $2 AND kind = $3",
                        (organization.0, owner.agent_key, field.kept_as()),
                    )
                    .await?;
                // What is there is most likely among the newest.
                gone.0
                    .extend(values.into_iter().map(|(value,)| ((field, value), i64::MAX)));
            }
            self.forget_unused(owner, &agent.agent_id, gone).await?;
        }
        Ok(())
    }

    /// The organizations some of whose executions are not kept for ever.
    pub async fn limited_organizations(&self) -> Result<Vec<OrganizationId>, StoreError> {
        let agents = self.limited_agents(None).await?;
        let mut organizations: Vec<_> = agents.into_iter().map(|agent| agent.organization).collect();
        organizations.dedup();
        Ok(organizations)
    }

    /// Takes those values from what can be filtered for that no execution has any more.
    ///
    /// They are looked for among readers, which may take a while where there are none, and removed by the writer, which
    /// looks at what has happened since.
    pub(super) async fn forget_unused(
        &self,
        owner: Owner,
        agent: &AgentId,
        gone: Gone,
    ) -> Result<(), StoreError> {
        let history = History {
            organization: owner.organization,
            agent_key: owner.agent_key,
            agent,
        };
        let since = newest(&mut Snapshot::begin(&self.long_reads).await?, history).await?;
        let mut facets = Vec::new();
        for ((field, value), at) in gone.0 {
            if !self.is_used(owner, field, &value, at).await? {
                facets.push((field, value));
            }
        }
        if !facets.is_empty() {
            let unused = Unused { owner, facets, since };
            self.recorder.chore(Chore::Forget(unused)).await?;
        }
        Ok(())
    }

    /// Whether some execution has the value. Looked for from a time on at which one had it, in both directions: where
    /// there is one, it is most likely near.
    async fn is_used(
        &self,
        owner: Owner,
        field: FilterField,
        value: &str,
        at: i64,
    ) -> Result<bool, StoreError> {
        for (comparison, order) in [(" >= ", "ASC"), (" < ", "DESC")] {
            let mut statement =
                Statement::new("SELECT CAST(1 AS BIGINT) FROM executions e WHERE e.organization_id = ");
            statement.bind(owner.organization.0);
            statement.push(" AND e.agent_key = ").bind(owner.agent_key);
            statement.push(" AND e.executed_at").push(comparison).bind(at);
            statement
                .push(" AND e.")
                .push(&field.separated('_'))
                .push(" = ")
                .bind_text(value);
            statement.push(&format!(" ORDER BY e.executed_at {order} LIMIT 1"));
            let mut snapshot = Snapshot::begin(&self.long_reads).await?;
            if !snapshot.integers::<1>(statement).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
