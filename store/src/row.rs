//! How an execution's summary reads from a row and splits into columns.

use domain::{
    AgentId, ApiKeyId, Choice, ExecutionId, ExecutionSummary, NanoDollars, TokenUsage, csv::Line, time,
};
use sqlx::{ColumnIndex, Decode, Row, Type};

/// The columns of a summary in the order in which `summary` reads them; `e` is the table.
pub(crate) const SUMMARY_COLUMNS: &str = "e.execution_id, CAST(e.status AS BIGINT), CAST(e.source AS BIGINT), \
    e.executed_at, e.latency_ms, e.uncached_input_tokens, e.cache_read_tokens, e.cache_write_tokens, \
    e.output_tokens, e.reasoning_tokens, e.tokens_used, e.cost_nanos, e.model, e.version, e.error_code, \
    e.executed_by, e.api_key_id";

/// Number of columns in `SUMMARY_COLUMNS`.
pub(crate) const SUMMARY_WIDTH: usize = 17;

/// Reads a summary from a row that begins with `SUMMARY_COLUMNS`.
pub(crate) fn summary<'r, R: Row>(row: &'r R, agent: &AgentId) -> Result<ExecutionSummary, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    let uncached: Option<i64> = row.try_get(5)?;
    let cache_read_tokens: Option<i64> = row.try_get(6)?;
    let cache_write_tokens: Option<i64> = row.try_get(7)?;
    let api_key_id: Option<String> = row.try_get(16)?;
    Ok(ExecutionSummary {
        execution_id: ExecutionId::try_from(row.try_get::<String, _>(0)?).map_err(decode_error)?,
        agent_id: agent.clone(),
        status: choice(row.try_get(1)?)?,
        source: choice(row.try_get(2)?)?,
        executed_at: time::from_micros(row.try_get(3)?),
        latency_ms: row.try_get(4)?,
        tokens: TokenUsage {
            input_tokens: uncached
                .map(|count| count + cache_read_tokens.unwrap_or(0) + cache_write_tokens.unwrap_or(0)),
            output_tokens: row.try_get(8)?,
            cache_read_tokens,
            cache_write_tokens,
            reasoning_tokens: row.try_get(9)?,
            tokens_used: row.try_get(10)?,
        },
        cost: row
            .try_get::<Option<i64>, _>(11)?
            .and_then(NanoDollars::from_nanos),
        model: row.try_get(12)?,
        version: row.try_get(13)?,
        error_code: row.try_get(14)?,
        executed_by: row.try_get(15)?,
        api_key_id: api_key_id
            .map(ApiKeyId::try_from)
            .transpose()
            .map_err(decode_error)?,
    })
}

/// The columns of an exported line in the order in which `line` reads them. They are few, because a wide export is
/// bound by the cost of each column.
pub(crate) const LINE_COLUMNS: &str = "e.execution_id, CAST(e.status AS BIGINT), CAST(e.source AS BIGINT), \
    e.executed_at, e.latency_ms, e.tokens_used, e.cost_nanos, e.model, e.version";

/// Reads an exported line from a row of `LINE_COLUMNS`.
pub(crate) fn line<'r, R: Row>(row: &'r R) -> Result<Line, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(Line {
        execution_id: ExecutionId::try_from(row.try_get::<String, _>(0)?).map_err(decode_error)?,
        status: choice(row.try_get(1)?)?,
        source: choice(row.try_get(2)?)?,
        executed_at: time::from_micros(row.try_get(3)?),
        latency_ms: row.try_get(4)?,
        tokens_used: row.try_get(5)?,
        cost: row
            .try_get::<Option<i64>, _>(6)?
            .and_then(NanoDollars::from_nanos),
        model: row.try_get(7)?,
        version: row.try_get(8)?,
    })
}

/// Input tokens that met no cache: the class that is stored, so that the classes are disjoint.
pub(crate) fn uncached_input(tokens: &TokenUsage) -> Option<i64> {
    let cached = tokens.cache_read_tokens.unwrap_or(0) + tokens.cache_write_tokens.unwrap_or(0);
    tokens.input_tokens.map(|input| input - cached)
}

fn choice<T: Choice>(code: i64) -> Result<T, sqlx::Error> {
    u8::try_from(code)
        .ok()
        .and_then(T::from_code)
        .ok_or_else(|| sqlx::Error::Decode(format!("{code} is no status or source").into()))
}

/// A stored value that the domain refuses: the database was changed by somebody else.
pub(crate) fn decode_error(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
