//! Looking at a database from outside.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A SQLite file.
    Sqlite,
    /// A database of a PostgreSQL server.
    Postgres,
}

/// A connection.
pub enum Database {
    /// To a SQLite file.
    Sqlite(SqliteConnection),
    /// To a PostgreSQL database.
    Postgres(PgConnection),
}

/// Runs one piece of code on whichever connection it is.
macro_rules! on {
    ($database:expr, |$connection:ident| $code:expr) => {
        match $database {
            Database::Sqlite($connection) => $code,
            Database::Postgres($connection) => $code,
        }
    };
}

impl Backend {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Database {
    /// Connects to a database that is there.
    pub async fn open(url: &str) -> Result<Self> {
        Ok(if url.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(url).await?)
        } else {
            Self::Postgres(PgConnection::connect(url).await?)
        })
    }

    /// Which kind it is.
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }

    /// The only number that a query answers.
    pub async fn number(&mut self, sql: &str) -> Result<i64> {
        let query = AssertSqlSafe(sql.to_owned());
        let (number,): (i64,) = on!(self, |connection| sqlx::query_as(query)
            .fetch_one(connection)
            .await)
        .with_context(|| sql.to_owned())?;
        Ok(number)
    }

    /// The text of each row that a query answers.
    pub async fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        let query = AssertSqlSafe(sql.to_owned());
        let rows: Vec<(String,)> = on!(self, |connection| sqlx::query_as(query)
            .fetch_all(connection)
            .await)
        .with_context(|| sql.to_owned())?;
        Ok(rows.into_iter().map(|(text,)| text).collect())
    }

    /// Runs a statement.
    pub async fn run(&mut self, sql: &str) -> Result<()> {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, |connection| sqlx::query(query)
            .execute(connection)
            .await
            .map(drop))
        .with_context(|| sql.to_owned())
    }

    /// Disconnects.
    pub async fn close(self) -> Result<()> {
        on!(self, |connection| connection.close().await)?;
        Ok(())
    }
}
