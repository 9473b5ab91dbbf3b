//! The two databases, and how they are opened.

use crate::{
    StoreError,
    postgres_server::{FEWEST, MOST, calls_of, host_of, is_postgres, long_reads_of, options, places},
    sqlite_file::{make_private, refuse_memory, sqlite_file},
};
use sqlx::{
    ConnectOptions, Connection, Executor, Pool, Postgres, Sqlite,
    postgres::PgPoolOptions,
    sqlite::{
        SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use std::{fs, path::Path, str::FromStr, time::Duration};

/// Connections for readers. SQLite's run on threads of their own, so a few suffice.
const SQLITE_CONNECTIONS: u32 = 4;
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
/// table was empty, and would read and hash or keep the whole of it a million rows later. By bitmaps it would find all rows
/// of a status before the newest twenty of them. These are statements, since PgBouncer takes no options at the start of a
/// connection.
const POSTGRES_PLANNER: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                                SET enable_material = off; SET enable_bitmapscan = off";

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
    /// Connects, makes a SQLite file where there is none, and applies what migrations are missing.
    pub(crate) async fn make(url: &str) -> Result<Self, StoreError> {
        refuse_memory(url)?;
        if url.starts_with("sqlite:") {
            make_sqlite(url).await?;
        }
        let places = places(url).await?;
        let backend = Self::pool(url, Purpose::Calls, places)?;
        match backend.check_schema().await {
            Err(StoreError::OlderSchema { .. } | StoreError::NoTables) => {}
            checked => checked?,
        }
        match &backend {
            Self::Sqlite(pool) => migrate_sqlite(pool).await?,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(backend)
    }

    /// Connects to a database that is there and of this program's version; nothing is made or migrated.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        refuse_memory(url)?;
        if let Some(path) = sqlite_file(url)
            && !path.exists()
        {
            return Err(StoreError::NoDatabase(path.display().to_string()));
        }
        let places = places(url).await?;
        let backend = Self::pool(url, Purpose::Calls, places)?;
        backend.check_schema().await?;
        Ok(backend)
    }

    async fn check_schema(&self) -> Result<(), StoreError> {
        let newest = self.newest_schema();
        match self.schema().await? {
            None => Err(StoreError::NoTables),
            Some(schema) if schema < newest => Err(StoreError::OlderSchema { schema, newest }),
            Some(schema) if schema > newest => Err(StoreError::NewerSchema { schema, newest }),
            Some(_) => Ok(()),
        }
    }

    /// The newest migration that was applied; none where there are no tables yet.
    pub(crate) async fn schema(&self) -> Result<Option<i64>, StoreError> {
        let is_there = match self {
            Self::Sqlite(_) => {
                "SELECT CAST(COUNT(*) AS BIGINT) FROM sqlite_master WHERE name = '_sqlx_migrations'"
            }
            Self::Postgres(_) => {
                "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')"
            }
        };
        let (tables,): (i64,) = self.fetch_one(is_there, ()).await?;
        if tables == 0 {
            return Ok(None);
        }
        let (newest,): (Option<i64>,) = self
            .fetch_one("SELECT CAST(MAX(version) AS BIGINT) FROM _sqlx_migrations", ())
            .await?;
        Ok(newest)
    }

    /// Looks through a SQLite file for damage, which may take seconds for each GiB; what is found first, if anything.
    pub(crate) async fn quick_check(&self) -> Result<Option<String>, StoreError> {
        self.look_for_damage("PRAGMA quick_check(1)").await
    }

    /// The same, and compares each index with its table.
    pub(crate) async fn integrity_check(&self) -> Result<Option<String>, StoreError> {
        self.look_for_damage("PRAGMA integrity_check(1)").await
    }

    async fn look_for_damage(&self, pragma: &'static str) -> Result<Option<String>, StoreError> {
        let Self::Sqlite(pool) = self else {
            return Ok(None);
        };
        let found = sqlx::query_scalar::<_, String>(pragma).fetch_one(pool).await;
        match found.map_err(StoreError::from) {
            Ok(found) if found == "ok" => Ok(None),
            Ok(found) => Ok(Some(found)),
            Err(StoreError::DamagedDatabase) => Ok(Some("it cannot be read to its end".to_owned())),
            Err(error) => Err(error),
        }
    }

    /// Connections to the same database for long reads, made when they are needed.
    pub(crate) fn for_long_reads(&self, url: &str) -> Result<Self, StoreError> {
        Self::pool(url, Purpose::LongReads, self.places())
    }

    /// A connection to the same database that writes payloads anew, made when it is needed.
    pub(crate) fn for_rewriting(&self, url: &str) -> Result<Self, StoreError> {
        Self::pool(url, Purpose::Rewriting, self.places())
    }

    /// As many connections as all pools of this process were given, where this is the one for calls.
    fn places(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(pool) => {
                let calls = pool.options().get_max_connections();
                (FEWEST..=MOST)
                    .find(|places| calls_of(*places) >= calls)
                    .unwrap_or(MOST)
            }
        }
    }

    /// A connection to a database as it is: nothing is made, migrated or set. `None` where there is no such SQLite file.
    pub(crate) fn for_looking(url: &str) -> Result<Option<Self>, StoreError> {
        refuse_memory(url)?;
        if !url.starts_with("sqlite:") {
            return Self::pool(url, Purpose::LongReads, FEWEST).map(Some);
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

    /// A SQLite file that nobody else uses, to be looked at.
    pub(crate) fn of_file(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .pragma("query_only", "on");
        Self::Sqlite(
            SqlitePoolOptions::new()
                .max_connections(1)
                .connect_lazy_with(options),
        )
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
        Ok(host_of(&options(url)?))
    }

    fn pool(url: &str, purpose: Purpose, places: u32) -> Result<Self, StoreError> {
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
            let pool = pool
                .acquire_timeout(PATIENCE)
                .after_release(|connection, _| Box::pin(is_free(connection)));
            Ok(Self::Sqlite(pool.connect_lazy_with(options)))
        } else if is_postgres(url) {
            let options = options(url)?;
            let pool = match purpose {
                Purpose::Calls => PgPoolOptions::new().max_connections(calls_of(places)),
                Purpose::LongReads => PgPoolOptions::new()
                    .max_connections(long_reads_of(places))
                    .idle_timeout(IDLE),
                Purpose::Rewriting => PgPoolOptions::new().max_connections(1).idle_timeout(IDLE),
            };
            let pool = pool.acquire_timeout(PATIENCE).after_connect(|connection, _| {
                Box::pin(async { connection.execute(POSTGRES_PLANNER).await.map(drop) })
            });
            Ok(Self::Postgres(pool.connect_lazy_with(options)))
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

/// Whether a connection is good for the next one. SQLite takes a transaction back by itself where the disk is full, and the
/// connection, which then cannot, would for ever take itself to be in one.
async fn is_free(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What was dropped is taken back by then.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
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
        make_private(options.get_filename()).map_err(sqlx::Error::Io)?;
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
