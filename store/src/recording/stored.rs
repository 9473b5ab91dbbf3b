//! An execution as the writer finds it under an identifier that somebody names again.

use crate::row::{self, COLUMNS, SUMMARY_COLUMNS, decode_error};
use domain::{AgentId, ExecutionSummary, Timestamp, time};
use sqlx::{ColumnIndex, Decode, Row, Type};

/// An execution that is stored under one of the group's identifiers, without its payload, which may be large.
#[derive(Debug)]
pub(crate) struct Stored {
    pub execution_key: i64,
    pub agent_key: i64,
    pub summary: ExecutionSummary,
    /// Bytes of its sealed payload.
    pub sealed_bytes: usize,
    /// Whether something was put over what was first recorded.
    pub amended: bool,
    /// Whether its start is when it was first heard of, since nobody said another.
    pub start_is_assumed: bool,
    /// When something was last heard of it; `None` once it is final.
    pub heard_at: Option<Timestamp>,
}

/// The columns that `read` reads, of `executions e`, `payloads p` and `agents a`.
pub(super) fn columns() -> String {
    format!(
        "{SUMMARY_COLUMNS}, CAST(LENGTH(p.payload) AS BIGINT), e.execution_key, e.agent_key,
             CAST(e.amended AS BIGINT), a.agent_id, e.heard_at, CAST(e.start_is_assumed AS BIGINT)"
    )
}

/// Reads a row of `columns`.
pub(super) fn read<'r, R: Row>(row: &'r R) -> Result<Stored, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    let agent: String = row.try_get(COLUMNS.len() + 4)?;
    Ok(Stored {
        summary: row::summary(row, &AgentId::try_from(agent).map_err(decode_error)?)?,
        sealed_bytes: usize::try_from(row.try_get::<i64, _>(COLUMNS.len())?).unwrap_or_default(),
        execution_key: row.try_get(COLUMNS.len() + 1)?,
        agent_key: row.try_get(COLUMNS.len() + 2)?,
        amended: row.try_get::<i64, _>(COLUMNS.len() + 3)? != 0,
        start_is_assumed: row.try_get::<i64, _>(COLUMNS.len() + 6)? != 0,
        heard_at: row
            .try_get::<Option<i64>, _>(COLUMNS.len() + 5)?
            .map(time::from_micros),
    })
}
