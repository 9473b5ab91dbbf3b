//! Taking values from what can be filtered for.

use super::owner::Owner;
use crate::{
    StoreError,
    backend::Backend,
    facets::value::Kind,
    transaction::{Tries, WriteTransaction, on_transaction},
};
use domain::EventPosition;
use sqlx::AssertSqlSafe;

/// Values that no execution of an agent had.
#[derive(Debug)]
pub(crate) struct Unused {
    pub owner: Owner,
    pub facets: Vec<(Kind, String)>,
    /// When that was: as of this place in the agent's log.
    pub since: EventPosition,
}

/// Forgets the values that nothing was recorded with or changed to since; answers how many those were.
pub(super) async fn forget(backend: &Backend, unused: &Unused) -> Result<u64, StoreError> {
    let mut tries = Tries::default();
    loop {
        let result = try_forget(backend, unused).await;
        let Some(pause) = tries.pause(&result) else {
            return result;
        };
        tokio::time::sleep(pause).await;
    }
}

async fn try_forget(backend: &Backend, unused: &Unused) -> Result<u64, StoreError> {
    let Owner {
        organization,
        agent_key,
        ..
    } = unused.owner;
    let mut transaction = WriteTransaction::begin(backend).await?;
    transaction.lock_agents([unused.owner]).await?;
    let mut forgotten = 0;
    for (kind, value) in &unused.facets {
        if transaction.is_used_since(unused, *kind, value).await? {
            continue;
        }
        on_transaction!(&mut transaction, |tx| {
            let deleted = sqlx::query(
                "DELETE FROM facets WHERE organization_id = $1 AND agent_key = $2 AND kind = $3 AND value = $4",
            )
            .bind(organization.0)
            .bind(agent_key)
            .bind(*kind as i64)
            .bind(value)
            .execute(&mut **tx)
            .await?;
            forgotten += deleted.rows_affected();
        });
    }
    if forgotten > 0 {
        // Every writer that remembers the agent's values learns by this that it remembers too much.
        on_transaction!(&mut transaction, |tx| {
            sqlx::query(
                "UPDATE agents SET facets_forgotten = facets_forgotten + 1
                 WHERE organization_id = $1 AND agent_key = $2",
            )
            .bind(organization.0)
            .bind(agent_key)
            .execute(&mut **tx)
            .await?;
        });
    }
    transaction.commit().await?;
    Ok(forgotten)
}

impl WriteTransaction {
    /// Whether an execution that was recorded or changed since has the value.
    async fn is_used_since(&mut self, unused: &Unused, kind: Kind, value: &str) -> Result<bool, StoreError> {
        let column = kind.column();
        // As a sum, a column serves no index: what came since is found by its keys.
        let organization = match self {
            Self::Sqlite(_) => "e.organization_id + 0",
            Self::Postgres(_) => "e.organization_id",
        };
        let recorded = format!(
            "SELECT CAST(1 AS BIGINT) FROM executions e
             WHERE {organization} = $1 AND e.agent_key + 0 = $2 AND e.execution_key > $3 AND e.{column} = $4 LIMIT 1"
        );
        let changed = format!(
            "SELECT CAST(1 AS BIGINT) FROM execution_log l
             JOIN executions e ON e.organization_id = l.organization_id AND e.execution_key = l.execution_key
             WHERE l.organization_id = $1 AND l.agent_key = $2 AND l.position > $3 AND e.{column} = $4 LIMIT 1"
        );
        for sql in [recorded, changed] {
            let found: Option<(i64,)> = on_transaction!(self, |tx| {
                sqlx::query_as(AssertSqlSafe(sql))
                    .bind(unused.owner.organization.0)
                    .bind(unused.owner.agent_key)
                    .bind(unused.since.0)
                    .bind(value)
                    .fetch_optional(&mut **tx)
                    .await?
            });
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
