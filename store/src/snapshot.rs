//! One consistent look at the database: whatever is asked of a snapshot is answered as of the same moment.

use crate::{StoreError, audit::event, backend::Backend, row, tasks::row::TaskRow};
use domain::{AgentId, AuditEvent, ExecutionId, ExecutionSummary, csv::Line};
use sqlx::{AssertSqlSafe, FromRow, Postgres, Row, Sqlite, Transaction};

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
        let mut mapped = Vec::with_capacity(rows.len());
        // Each row goes when it is mapped, since what it holds may be large.
        for row in rows {
            let one: Result<_, sqlx::Error> = Some(&row).map($map).transpose();
            mapped.extend(one?);
        }
        mapped
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

    /// Adds `SELECT …` of a table of integers that is bound as one value, so that the statement's text is the same
    /// however many rows it has.
    pub(crate) fn push_table<const N: usize>(
        &self,
        statement: &mut Statement,
        columns: [&str; N],
        rows: impl IntoIterator<Item = [i64; N]>,
    ) {
        let rows: Vec<String> = rows
            .into_iter()
            .map(|row| format!("[{}]", row.map(|integer| integer.to_string()).join(",")))
            .collect();
        let json = format!("[{}]", rows.join(","));
        let columns: Vec<_> = (0..)
            .zip(columns)
            .map(|(index, name)| format!("CAST(value ->> {index} AS BIGINT) AS {name}"))
            .collect();
        statement.push(&format!("SELECT {} FROM ", columns.join(", ")));
        match self {
            Self::Sqlite(_) => statement.push("json_each(").bind_text(&json).push(")"),
            Self::Postgres(_) => statement
                .push("jsonb_array_elements(CAST(")
                .bind_text(&json)
                .push(" AS jsonb))"),
        };
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

    /// Identifiers of executions: the first column.
    pub(crate) async fn ids(&mut self, statement: Statement) -> Result<Vec<ExecutionId>, StoreError> {
        fn read<'r, R: Row>(row: &'r R) -> Result<ExecutionId, sqlx::Error>
        where
            usize: sqlx::ColumnIndex<R>,
            String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
        {
            ExecutionId::try_from(row.try_get::<String, _>(0)?).map_err(row::decode_error)
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

    /// Rows of two integers and a text.
    pub(crate) async fn changes(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<(i64, i64, String)>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, |row| {
                Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
            }),
            Self::Postgres(transaction) => fetch!(transaction, statement, |row| {
                Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
            }),
        })
    }

    /// Events of the audit log.
    pub(crate) async fn audit_events(&mut self, statement: Statement) -> Result<Vec<AuditEvent>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, event::event),
            Self::Postgres(transaction) => fetch!(transaction, statement, event::event),
        })
    }

    /// Tasks.
    pub(crate) async fn tasks(&mut self, statement: Statement) -> Result<Vec<TaskRow>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, TaskRow::from_row),
            Self::Postgres(transaction) => fetch!(transaction, statement, TaskRow::from_row),
        })
    }

    /// Lines of an export, from a statement that selects `row::LINE_COLUMNS`.
    pub(crate) async fn lines(&mut self, statement: Statement) -> Result<Vec<Line>, StoreError> {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, row::line),
            Self::Postgres(transaction) => fetch!(transaction, statement, row::line),
        })
    }

    /// Summaries with what follows their columns: the executions' keys, or their sealed payloads, which are
    /// `Option<Vec<u8>>` where the statement leaves some out.
    pub(crate) async fn summaries_with<T>(
        &mut self,
        statement: Statement,
        agent: &AgentId,
    ) -> Result<Vec<(ExecutionSummary, T)>, StoreError>
    where
        T: for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
        T: for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(transaction) => fetch!(transaction, statement, |row| {
                Ok((row::summary(row, agent)?, row.try_get(row::COLUMNS.len())?))
            }),
            Self::Postgres(transaction) => fetch!(transaction, statement, |row| {
                Ok((row::summary(row, agent)?, row.try_get(row::COLUMNS.len())?))
            }),
        })
    }
}
