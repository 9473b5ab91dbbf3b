//! What PostgreSQL's way of naming many rows at once asks for: an array.

use crate::{
    StoreError,
    recording::owner::Owner,
    row::{self, SUMMARY_COLUMNS, SUMMARY_WIDTH},
};
use domain::{AgentId, ExecutionSummary, OrganizationId};
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
        .map(|row| Ok((row::summary(row, agent)?, row.try_get(SUMMARY_WIDTH)?)))
        .collect()
}

/// Deletes rows and their payloads.
pub(super) async fn delete(
    tx: &mut Transaction<'static, Postgres>,
    organization: OrganizationId,
    keys: &[i64],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM executions WHERE organization_id = $1 AND execution_key = ANY($2)")
        .bind(organization.0)
        .bind(keys)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM payloads WHERE organization_id = $1 AND execution_key = ANY($2)")
        .bind(organization.0)
        .bind(keys)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps the identifiers of what was erased.
pub(super) async fn keep_ids(
    tx: &mut Transaction<'static, Postgres>,
    organization: OrganizationId,
    ids: &[&str],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO erased_executions (organization_id, execution_id)
         SELECT $1, UNNEST($2::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(organization.0)
    .bind(ids)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
