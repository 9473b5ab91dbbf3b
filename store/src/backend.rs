//! The two databases, and how they are opened.

use crate::StoreError;
use sqlx::{
    ConnectOptions, Connection, Pool, Postgres, Sqlite,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use std::{fs, str::FromStr, time::Duration};

/// Connections for readers. SQLite's run on threads of their own, so a few suffice.
const SQLITE_CONNECTIONS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// Connections for long reads.
const LONG_READS: u32 = 2;
/// How long a connection for long reads is kept when nobody uses it.
const IDLE: Duration = Duration::from_secs(60);
/// How long a statement waits for another process that writes to the same SQLite file, and anyone for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pages that may gather in the write-ahead log before a commit moves them into the file: 16 MiB.
const CHECKPOINT_PAGES: &str = "4000";

/// How often migrating a SQLite file is tried, and the first pause between two tries.
const MIGRATION_TRIES: u32 = 5;
const MIGRATION_PAUSE: Duration = Duration::from_millis(20);

/// Every statement here goes by an index and joins a handful of rows. PostgreSQL keeps plans that it made while a
/// table was empty, and would read and hash or keep the whole of it a million rows later.
const POSTGRES_PLANNER: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    // It would find all rows of a status before the newest twenty of them.
    ("enable_bitmapscan", "off"),
];

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

/// An open database.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Pool<Sqlite>),
    Postgres(Pool<Postgres>),
}

/// What a pool is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Everything that somebody waits for.
    Calls,
    /// Long reads: exports. They take turns among themselves, and never a call's connection.
    LongReads,
    /// Writing payloads anew, now and then, without taking a call's connection.
    Rewriting,
}

impl Backend {
    /// Connects and applies what migrations are missing.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            make_sqlite(url).await?;
        }
        let backend = Self::pool(url, Purpose::Calls)?;
        match &backend {
            Self::Sqlite(pool) => migrate_sqlite(pool).await?,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(backend)
    }

    /// Connections to the same database for long reads, made when they are needed.
    pub(crate) fn for_long_reads(url: &str) -> Result<Self, StoreError> {
        Self::pool(url, Purpose::LongReads)
    }

    /// A connection to the same database that writes payloads anew, made when it is needed.
    pub(crate) fn for_rewriting(url: &str) -> Result<Self, StoreError> {
        Self::pool(url, Purpose::Rewriting)
    }

    /// A connection to a database as it is: nothing is made, migrated or set. `None` where there is no such SQLite file.
    pub(crate) fn for_looking(url: &str) -> Result<Option<Self>, StoreError> {
        if !url.starts_with("sqlite:") {
            return Self::pool(url, Purpose::LongReads).map(Some);
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(false)
            .busy_timeout(PATIENCE)
            .pragma("query_only", "on");
        if !options.get_filename().exists() {
            return Ok(None);
        }
        let pool = SqlitePoolOptions::new().max_connections(1);
        Ok(Some(Self::Sqlite(pool.connect_lazy_with(options))))
    }

    /// The newest migration that this program has.
    pub(crate) fn newest_schema(&self) -> i64 {
        let migrations = match self {
            Self::Sqlite(_) => &SQLITE_MIGRATIONS,
            Self::Postgres(_) => &POSTGRES_MIGRATIONS,
        };
        let versions = migrations.iter().map(|migration| migration.version);
        versions.max().unwrap_or_default()
    }

    /// The host of a PostgreSQL URL, or the folder of its socket.
    pub(crate) fn postgres_host(url: &str) -> Result<String, StoreError> {
        let options = PgConnectOptions::from_str(url)?;
        Ok(match options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => options.get_host().to_owned(),
        })
    }

    fn pool(url: &str, purpose: Purpose) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                // Deleted is deleted: its place is overwritten.
                .pragma("secure_delete", "on")
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                .pragma("temp_store", "memory");
            let pool = match purpose {
                Purpose::Calls => SqlitePoolOptions::new()
                    .max_connections(SQLITE_CONNECTIONS)
                    .idle_timeout(None)
                    .max_lifetime(None),
                Purpose::LongReads => SqlitePoolOptions::new()
                    .max_connections(LONG_READS)
                    .idle_timeout(IDLE),
                Purpose::Rewriting => SqlitePoolOptions::new().max_connections(1).idle_timeout(IDLE),
            };
            Ok(Self::Sqlite(
                pool.acquire_timeout(PATIENCE).connect_lazy_with(options),
            ))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("agent-ledger")
                .options(POSTGRES_PLANNER);
            let pool = match purpose {
                Purpose::Calls => PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS),
                Purpose::LongReads => PgPoolOptions::new()
                    .max_connections(LONG_READS)
                    .idle_timeout(IDLE),
                Purpose::Rewriting => PgPoolOptions::new().max_connections(1).idle_timeout(IDLE),
            };
            Ok(Self::Postgres(
                pool.acquire_timeout(PATIENCE).connect_lazy_with(options),
            ))
        } else {
            Err(StoreError::UnknownDatabase)
        }
    }

    /// Closes every connection, once each has finished what it is doing.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Makes the file, if there is none. What is deleted from it can be given back to the file system; on a file that is
/// there that cannot be changed, and each connection that asked for it would wait for whoever writes.
async fn make_sqlite(url: &str) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(PATIENCE);
    let is_there = fs::metadata(options.get_filename()).is_ok_and(|file| file.len() > 0);
    if !is_there {
        options.connect().await?.close().await?;
    }
    Ok(())
}

/// Two processes may open a new file at the same moment, and SQLite has nothing that keeps the second one waiting before
/// it looks at what is missing: the one whose migration meets the other's looks again.
async fn migrate_sqlite(pool: &Pool<Sqlite>) -> Result<(), StoreError> {
    let mut tries = 1;
    while let Err(error) = SQLITE_MIGRATIONS.run(pool).await {
        if tries == MIGRATION_TRIES {
            return Err(error.into());
        }
        tokio::time::sleep(MIGRATION_PAUSE * tries).await;
        tries += 1;
    }
    Ok(())
}
