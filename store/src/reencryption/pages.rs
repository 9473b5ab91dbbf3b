//! Payloads in the order of their executions' identifiers, which both databases have an index for.

use crate::{Budget, Share, StoreError, backend::Backend, held, row::decode_error};
use domain::{ExecutionId, OrganizationId};

/// Executions that one step looks at.
const ROWS: i64 = 200;
/// Bytes of sealed payload that one step holds, unless a single one is larger.
const BYTES: i64 = 4 << 20;

/// An execution's payload as it is stored.
pub(crate) struct Page {
    pub execution_key: i64,
    pub execution_id: ExecutionId,
    /// None where the execution has no payload.
    pub sealed: Option<Vec<u8>>,
}

/// The payloads of the executions that follow, none at the end, and the share of `opened` that they take: they are in
/// memory twice, as they are and as they become.
pub(crate) async fn after(
    backend: &Backend,
    opened: &Budget,
    organization: OrganizationId,
    done_until: &str,
) -> Result<(Vec<Page>, Option<Share>), StoreError> {
    let mut bytes = 0;
    let sizes: Vec<(i64, String, i64)> = backend
        .fetch(
            select(backend, "CAST(COALESCE(LENGTH(p.payload), 0) AS BIGINT)"),
            (organization.0, done_until, ROWS),
        )
        .await?;
    let fitting = sizes.iter().take_while(|(_, _, size)| {
        let fits = bytes == 0 || bytes + size <= BYTES;
        bytes += if fits { *size } else { 0 };
        fits
    });
    let rows = i64::try_from(fitting.count()).unwrap_or(ROWS);
    let twice = usize::try_from(2 * bytes).unwrap_or(usize::MAX);
    let share = held::share_for(opened, organization, twice, None).await?;
    let rows: Vec<(i64, String, Option<Vec<u8>>)> = backend
        .fetch(select(backend, "p.payload"), (organization.0, done_until, rows))
        .await?;
    let page: Result<Vec<_>, StoreError> = rows
        .into_iter()
        .map(|(execution_key, execution_id, sealed)| {
            Ok(Page {
                execution_key,
                execution_id: ExecutionId::try_from(execution_id).map_err(decode_error)?,
                sealed,
            })
        })
        .collect();
    Ok((page?, share))
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
