//! The two databases, and how they are opened.

use crate::StoreError;
use sqlx::{
    Pool, Postgres, Sqlite,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{str::FromStr, time::Duration};

/// Connections for readers. SQLite's run on threads of their own, so a few suffice.
const SQLITE_CONNECTIONS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a statement waits for another process that writes to the same SQLite file, and anyone for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pages that may gather in the write-ahead log before a commit moves them into the file: 16 MiB.
const CHECKPOINT_PAGES: &str = "4000";

/// Every statement here goes by an index and joins a handful of rows. PostgreSQL keeps plans that it made while a
/// table was empty, and would read and hash the whole of it a million rows later.
const POSTGRES_PLANNER: [(&str, &str); 3] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

/// An open database.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Pool<Sqlite>),
    Postgres(Pool<Postgres>),
}

/// Runs one piece of code on whichever pool is open. The code is written once and compiled for both.
macro_rules! on_pool {
    ($backend:expr, |$pool:ident| $code:expr) => {
        match &$backend {
            $crate::backend::Backend::Sqlite($pool) => $code,
            $crate::backend::Backend::Postgres($pool) => $code,
        }
    };
}
pub(crate) use on_pool;

impl Backend {
    /// Connects and applies what migrations are missing.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                .pragma("temp_store", "memory");
            let pool = SqlitePoolOptions::new()
                .max_connections(SQLITE_CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options)
                .await?;
            SQLITE_MIGRATIONS.run(&pool).await?;
            Ok(Self::Sqlite(pool))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("agent-ledger")
                .options(POSTGRES_PLANNER);
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await?;
            POSTGRES_MIGRATIONS.run(&pool).await?;
            Ok(Self::Postgres(pool))
        } else {
            Err(StoreError::UnknownDatabase)
        }
    }

    /// Closes every connection, once each has finished what it is doing.
    pub(crate) async fn close(&self) {
        on_pool!(*self, |pool| pool.close().await);
    }
}
