//! Taking values from what can be filtered for.

use super::owner::Owner;
use crate::{
    StoreError,
    backend::Backend,
    transaction::{WriteTransaction, transact},
};
use domain::{EventPosition, FilterField};

/// Values that no execution of an agent had.
#[derive(Debug)]
pub(crate) struct Unused {
    pub owner: Owner,
    pub facets: Vec<(FilterField, String)>,
    /// When that was: as of this place in the agent's log.
    pub since: EventPosition,
}

/// Forgets the values that nothing was recorded with or changed to since; answers how many those were.
pub(super) async fn forget(backend: &Backend, unused: &Unused) -> Result<u64, StoreError> {
    let Owner {
        organization,
        agent_key,
        ..
    } = unused.owner;
    transact!(*backend, |transaction| {
        transaction.lock_agents([unused.owner]).await?;
        let mut forgotten = 0;
        for (field, value) in &unused.facets {
            if transaction.is_used_since(unused, *field, value).await? {
                continue;
            }
            let deleted = transaction
                .execute(
                    "DELETE FROM facets WHERE organization_id = $1 AND agent_key = $2 AND kind = $3
                     AND value = $4",
                    (organization.0, agent_key, field.kept_as(), value),
                )
                .await?;
            forgotten += deleted;
        }
        if forgotten > 0 {
            // Every writer that remembers the agent's values learns by this that it remembers too much.
            transaction
                .execute(
                    "UPDATE agents SET facets_forgotten = facets_forgotten + 1
                     WHERE organization_id = $1 AND agent_key = $2",
                    (organization.0, agent_key),
                )
                .await?;
        }
        Ok(forgotten)
    })
}

impl WriteTransaction {
    /// Whether an execution that was recorded or changed since has the value.
    async fn is_used_since(
        &mut self,
        unused: &Unused,
        field: FilterField,
        value: &str,
    ) -> Result<bool, StoreError> {
        let column = field.separated('_');
        // As a sum, a column serves no index: what came since is found by its keys.
        let organization = match self {
            Self::Sqlite(_) => "e.organization_id + 0",
            Self::Postgres(_) => "e.organization_id",
        };
        let recorded = format!(
            "SELECT CAST(1 AS BIGINT) FROM executions e
             WHERE {organization} = $1 AND e.agent_key + 0 = $2 AND e.execution_key > $3
                 AND e.{column} = $4 LIMIT 1"
        );
        let changed = format!(
            "SELECT CAST(1 AS BIGINT) FROM execution_log l
             JOIN executions e ON e.organization_id = l.organization_id
                 AND e.execution_key = l.execution_key
             WHERE l.organization_id = $1 AND l.agent_key = $2 AND l.position > $3
                 AND e.{column} = $4 LIMIT 1"
        );
        for sql in [recorded, changed] {
            let found: Option<(i64,)> = self
                .fetch_optional(
                    sql,
                    (
                        unused.owner.organization.0,
                        unused.owner.agent_key,
                        unused.since.0,
                        value,
                    ),
                )
                .await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
