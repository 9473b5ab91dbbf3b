//! One consistent look at the database: whatever is asked of a snapshot is answered as of the same moment.

use crate::{StoreError, backend::Backend, row};
use domain::{AgentId, ExecutionSummary, csv::Line};
use sqlx::{AssertSqlSafe, Postgres, Row, Sqlite, Transaction};

/// A read-only transaction. Dropping it ends it.
pub(crate) enum Snapshot {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A value that is bound to a statement.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Integer(i64),
    Text(String),
}

/// SQL that is put together from this crate's own text, and the values that it binds as `$1`, `$2`, …
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    /// Adds text.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a place for an integer.
    pub(crate) fn bind(&mut self, integer: i64) -> &mut Self {
        self.place(Value::Integer(integer))
    }

    /// Adds a place for a text.
    pub(crate) fn bind_text(&mut self, text: &str) -> &mut Self {
        self.place(Value::Text(text.to_owned()))
    }

    fn place(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }
}

/// Runs a statement and maps its rows. Written once, compiled for both databases.
macro_rules! fetch {
    ($transaction:expr, $statement:expr, $map:expr) => {{
        let Statement { sql, values } = $statement;
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Integer(integer) => query.bind(integer),
                Value::Text(text) => query.bind(text),
            };
        }
        let rows = query.fetch_all(&mut **$transaction).await?;
        rows.iter().map($map).collect::<Result<Vec<_>, sqlx::Error>>()?
    }};
}

impl Snapshot {
    pub(crate) async fn begin(backend: &Backend) -> Result<Self, StoreError> {
        Ok(match backend {
            Backend::Sqlite(pool) => Self::Sqlite(pool.begin().await?),
            Backend::Postgres(pool) => Self::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// Rows of `N` integers.
    pub(crate) async fn integers<const N: usize>(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<[i64; N]>, StoreError> {
        fn read<'r, R: Row, const N: usize>(row: &'r R) -> Result<[i64; N], sqlx::Error>
        where
            usize: sqlx::ColumnIndex<R>,
            i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
        {
            let mut integers = [0; N];
            for (index, integer) in integers.iter_mut().enumerate() {
                *integer = row.try_get(index)?;
            }
            Ok(integers)
        }
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, read),
            Self::Postgres(transaction) => fetch!(transaction, statement, read),
        })
    }

    /// Summaries of the agent's executions: the statement's rows begin with `row::SUMMARY_COLUMNS`.
    pub(crate) async fn summaries(
        &mut self,
        statement: Statement,
        agent: &AgentId,
    ) -> Result<Vec<ExecutionSummary>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, |row| row::summary(row, agent)),
            Self::Postgres(transaction) => fetch!(transaction, statement, |row| row::summary(row, agent)),
        })
    }

    /// Lines of an export, from a statement that selects `row::LINE_COLUMNS`.
    pub(crate) async fn lines(&mut self, statement: Statement) -> Result<Vec<Line>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, row::line),
            Self::Postgres(transaction) => fetch!(transaction, statement, row::line),
        })
    }

    /// Summaries with their sealed payloads, which follow the summary's columns.
    pub(crate) async fn sealed(
        &mut self,
        statement: Statement,
        agent: &AgentId,
    ) -> Result<Vec<(ExecutionSummary, Vec<u8>)>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, |row| {
                Ok((row::summary(row, agent)?, row.try_get(row::SUMMARY_WIDTH)?))
            }),
            Self::Postgres(transaction) => fetch!(transaction, statement, |row| {
                Ok((row::summary(row, agent)?, row.try_get(row::SUMMARY_WIDTH)?))
            }),
        })
    }
}
