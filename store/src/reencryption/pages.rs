//! Payloads in the order of their executions' identifiers, which both databases have an index for.

use crate::{
    StoreError,
    backend::{Backend, on_pool},
    row::decode_error,
};
use domain::{ExecutionId, OrganizationId};
use sqlx::AssertSqlSafe;

/// Executions that one step looks at.
const ROWS: i64 = 200;
/// Bytes of sealed payload that one step holds, unless a single one is larger.
const BYTES: i64 = 4 << 20;

/// An execution's payload as it is stored.
pub(super) struct Page {
    pub execution_key: i64,
    pub execution_id: ExecutionId,
    /// None where the execution has no payload.
    pub sealed: Option<Vec<u8>>,
}

/// The payloads of the executions that follow; none at the end.
pub(super) async fn after(
    backend: &Backend,
    organization: OrganizationId,
    done_until: &str,
) -> Result<Vec<Page>, StoreError> {
    let mut bytes = 0;
    let sizes: Vec<(i64, String, i64)> = on_pool!(*backend, |pool| sqlx::query_as(AssertSqlSafe(select(
        backend,
        "CAST(COALESCE(LENGTH(p.payload), 0) AS BIGINT)"
    )))
    .bind(organization.0)
    .bind(done_until)
    .bind(ROWS)
    .fetch_all(pool)
    .await?);
    let fitting = sizes.iter().take_while(|(_, _, size)| {
        let is_first = bytes == 0;
        bytes += size;
        is_first || bytes <= BYTES
    });
    let rows = i64::try_from(fitting.count()).unwrap_or(ROWS);
    let rows: Vec<(i64, String, Option<Vec<u8>>)> = on_pool!(*backend, |pool| sqlx::query_as(AssertSqlSafe(
        select(backend, "p.payload")
    ))
    .bind(organization.0)
    .bind(done_until)
    .bind(rows)
    .fetch_all(pool)
    .await?);
    rows.into_iter()
        .map(|(execution_key, execution_id, sealed)| {
            Ok(Page {
                execution_key,
                execution_id: ExecutionId::try_from(execution_id).map_err(decode_error)?,
                sealed,
            })
        })
        .collect()
}

fn select(backend: &Backend, column: &str) -> String {
    let join = match backend {
        Backend::Sqlite(_) => "p.execution_key = e.execution_key",
        Backend::Postgres(_) => "p.organization_id = $1 AND p.execution_key = e.execution_key",
    };
    format!(
        "SELECT e.execution_key, e.execution_id, {column} FROM (
             SELECT execution_key, execution_id FROM executions
             WHERE organization_id = $1 AND execution_id > $2 ORDER BY execution_id LIMIT $3
         ) AS e LEFT JOIN payloads p ON {join} ORDER BY e.execution_id"
    )
}
