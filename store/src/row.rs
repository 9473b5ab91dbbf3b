//! The columns of `executions` that hold a summary: one list, which every statement follows that reads or writes one.

use crate::query::Value;
use domain::{
    AgentId, ApiKeyId, Choice, ExecutionId, ExecutionSummary, NanoDollars, TokenUsage, csv::Line, time,
};
use sqlx::{ColumnIndex, Decode, Row, Type};
use std::fmt;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number.
    Integer,
    /// A number of an enumeration, which is a SMALLINT on PostgreSQL.
    Code,
    Text,
}

/// A column, with its value in a summary.
pub(crate) struct Definition {
    pub name: &'static str,
    pub kind: Kind,
    pub value: fn(&ExecutionSummary) -> Value<'_>,
}

macro_rules! columns {
    ($($column:ident = $name:literal, $kind:ident, |$summary:ident| $value:expr;)*) => {
        /// Where a column stands in `COLUMNS`.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Column { $($column,)* }

        /// Every column, in the order in which all are selected.
        pub(crate) const COLUMNS: [Definition; [$($name),*].len()] = [$(
            Definition { name: $name, kind: Kind::$kind, value: |$summary| Value::from($value) },
        )*];

        /// The columns of a summary.
        pub(crate) const SUMMARY_COLUMNS: Selected = Selected(&[$(Column::$column),*]);
    };
}

columns! {
    ExecutionId = "execution_id", Text, |summary| summary.execution_id.as_str();
    Status = "status", Code, |summary| i64::from(summary.status.code());
    Source = "source", Code, |summary| i64::from(summary.source.code());
    ExecutedAt = "executed_at", Integer, |summary| summary.executed_at.timestamp_micros();
    LatencyMs = "latency_ms", Integer, |summary| summary.latency_ms;
    UncachedInputTokens = "uncached_input_tokens", Integer, |summary| uncached_input(&summary.tokens);
    CacheReadTokens = "cache_read_tokens", Integer, |summary| summary.tokens.cache_read_tokens;
    CacheWriteTokens = "cache_write_tokens", Integer, |summary| summary.tokens.cache_write_tokens;
    OutputTokens = "output_tokens", Integer, |summary| summary.tokens.output_tokens;
    ReasoningTokens = "reasoning_tokens", Integer, |summary| summary.tokens.reasoning_tokens;
    TokensUsed = "tokens_used", Integer, |summary| summary.tokens.tokens_used;
    Cost = "cost_nanos", Integer, |summary| summary.cost.map(NanoDollars::nanos);
    Model = "model", Text, |summary| summary.model.as_deref();
    Provider = "provider", Text, |summary| summary.provider.as_deref();
    Version = "version", Text, |summary| summary.version.as_deref();
    ErrorCode = "error_code", Text, |summary| summary.error_code.as_deref();
    ExecutedBy = "executed_by", Text, |summary| summary.executed_by.as_deref();
    ApiKeyId = "api_key_id", Text, |summary| summary.api_key_id.as_ref().map(|id| id.as_str());
}

/// Columns as a statement selects them; `e` is the table.
#[derive(Clone, Copy)]
pub(crate) struct Selected(&'static [Column]);

impl fmt::Display for Selected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, column) in self.0.iter().enumerate() {
            let Definition { name, kind, .. } = &COLUMNS[*column as usize];
            f.write_str(if index == 0 { "" } else { ", " })?;
            match kind {
                Kind::Code => write!(f, "CAST(e.{name} AS BIGINT)")?,
                Kind::Integer | Kind::Text => write!(f, "e.{name}")?,
            }
        }
        Ok(())
    }
}

/// Reads a summary from a row that begins with `SUMMARY_COLUMNS`.
pub(crate) fn summary<'r, R: Row>(row: &'r R, agent: &AgentId) -> Result<ExecutionSummary, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    let integer = |column: Column| row.try_get::<i64, _>(column as usize);
    let known = |column: Column| row.try_get::<Option<i64>, _>(column as usize);
    let text = |column: Column| row.try_get::<Option<String>, _>(column as usize);
    let cache_read_tokens = known(Column::CacheReadTokens)?;
    let cache_write_tokens = known(Column::CacheWriteTokens)?;
    let cached = cache_read_tokens.unwrap_or(0) + cache_write_tokens.unwrap_or(0);
    let id: String = row.try_get(Column::ExecutionId as usize)?;
    Ok(ExecutionSummary {
        execution_id: ExecutionId::try_from(id).map_err(decode_error)?,
        agent_id: agent.clone(),
        status: choice(integer(Column::Status)?)?,
        source: choice(integer(Column::Source)?)?,
        executed_at: time::from_micros(integer(Column::ExecutedAt)?),
        latency_ms: known(Column::LatencyMs)?,
        tokens: TokenUsage {
            input_tokens: known(Column::UncachedInputTokens)?.map(|count| count + cached),
            output_tokens: known(Column::OutputTokens)?,
            cache_read_tokens,
            cache_write_tokens,
            reasoning_tokens: known(Column::ReasoningTokens)?,
            tokens_used: known(Column::TokensUsed)?,
        },
        cost: known(Column::Cost)?.and_then(NanoDollars::from_nanos),
        model: text(Column::Model)?,
        provider: text(Column::Provider)?,
        version: text(Column::Version)?,
        error_code: text(Column::ErrorCode)?,
        executed_by: text(Column::ExecutedBy)?,
        api_key_id: text(Column::ApiKeyId)?
            .map(ApiKeyId::try_from)
            .transpose()
            .map_err(decode_error)?,
    })
}

/// The columns of an exported line in the order in which `line` reads them. They are few, because a wide export is
/// bound by the cost of each column.
pub(crate) const LINE_COLUMNS: Selected = Selected(&[
    Column::ExecutionId,
    Column::Status,
    Column::Source,
    Column::ExecutedAt,
    Column::LatencyMs,
    Column::TokensUsed,
    Column::Cost,
    Column::Model,
    Column::Version,
]);

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
fn uncached_input(tokens: &TokenUsage) -> Option<i64> {
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
