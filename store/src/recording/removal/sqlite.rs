//! What SQLite's way of naming many rows at once asks for: a JSON array. As a sum, a column serves no index, so that
//! rows are found by their keys.

use crate::{
    StoreError,
    recording::owner::Owner,
    row::{self, COLUMNS, SUMMARY_COLUMNS, decode_error},
};
use domain::{AgentId, ExecutionSummary};
use sqlx::{AssertSqlSafe, Row, Sqlite, Transaction};

/// The agent's rows of these keys, with the keys.
pub(super) async fn rows(
    tx: &mut Transaction<'static, Sqlite>,
    owner: Owner,
    agent: &AgentId,
    keys: &[i64],
) -> Result<Vec<(ExecutionSummary, i64)>, StoreError> {
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM json_each($3) AS wanted
         CROSS JOIN executions e ON e.execution_key = wanted.value
         WHERE e.organization_id + 0 = $1 AND e.agent_key + 0 = $2"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(owner.organization.0)
        .bind(owner.agent_key)
        .bind(serde_json::to_string(keys).map_err(decode_error)?)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| Ok((row::summary(row, agent)?, row.try_get(COLUMNS.len())?)))
        .collect()
}
