//! What PostgreSQL's way of naming many rows at once asks for: an array.

use crate::{
    StoreError,
    recording::owner::Owner,
    row::{self, COLUMNS, SUMMARY_COLUMNS},
};
use domain::{AgentId, ExecutionSummary};
use sqlx::{AssertSqlSafe, Postgres, Row, Transaction};

/// The agent's rows of these keys, with the keys. The agent's row is held, so they stay as they are.
pub(super) async fn rows(
    tx: &mut Transaction<'static, Postgres>,
    owner: Owner,
    agent: &AgentId,
    keys: &[i64],
) -> Result<Vec<(ExecutionSummary, i64)>, StoreError> {
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM executions e
         WHERE e.organization_id = $1 AND e.execution_key = ANY($3) AND e.agent_key + 0 = $2"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(owner.organization.0)
        .bind(owner.agent_key)
        .bind(keys)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| Ok((row::summary(row, agent)?, row.try_get(COLUMNS.len())?)))
        .collect()
}
