//! Databases for tests: each test has one of its own, of either kind.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    io::Write,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

/// Names a PostgreSQL server whose superuser the tests may be; `cargo xtask test` starts one.
pub const POSTGRES_VARIABLE: &str = "AGENT_LEDGER_TEST_POSTGRES_URL";

/// The master key of the tests' databases.
pub const MASTER_KEY: [u8; 32] = *b"thirty-two bytes, for tests only";
/// The same, as `AGENT_LEDGER_MASTER_KEY` takes it.
pub const MASTER_KEY_BASE64: &str = "dGhpcnR5LXR3byBieXRlcywgZm9yIHRlc3RzIG9ubHk=";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An empty database. A SQLite file goes when this is dropped; a PostgreSQL one with its server.
pub struct TestDatabase {
    /// As `--database-url` takes it.
    pub url: String,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A SQLite file in a folder of its own.
    pub fn sqlite() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("ledger.db").display());
        Ok(Self {
            url,
            folder: Some(folder),
        })
    }

    /// A database of its own on the server that `POSTGRES_VARIABLE` names. `None`, with a line that says which test
    /// is skipped, where it names none.
    ///
    /// # Errors
    /// Where it names none and `CI` is set: there, nothing is skipped.
    pub async fn postgres(test: &str) -> Result<Option<Self>, sqlx::Error> {
        let Ok(server) = std::env::var(POSTGRES_VARIABLE) else {
            if std::env::var_os("CI").is_some() {
                let why = format!("{test} needs PostgreSQL, and {POSTGRES_VARIABLE} is not set");
                return Err(sqlx::Error::Configuration(why.into()));
            }
            // Unlike what `eprintln` writes, this is shown of a test that passes too.
            let why = format!("skipped: {test} on PostgreSQL, because {POSTGRES_VARIABLE} is not set");
            writeln!(std::io::stderr(), "{why}")?;
            return Ok(None);
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ledger_test_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(&server).await?;
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}")))
            .execute(&mut connection)
            .await?;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(Some(Self {
            url: with_database(&server, &name),
            folder: None,
        }))
    }

    /// Where the SQLite file lies.
    pub fn path(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join("ledger.db"))
    }
}

/// A write transaction on a SQLite file that holds others up until it is released.
pub struct SqliteLock(SqliteConnection);

/// Takes the write lock of a SQLite file, as a careless tool would.
pub async fn lock_sqlite(database: &TestDatabase) -> Result<SqliteLock, sqlx::Error> {
    let mut connection = SqliteConnection::connect(&database.url).await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
    Ok(SqliteLock(connection))
}

impl SqliteLock {
    /// Gives the lock back.
    pub async fn release(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("ROLLBACK").execute(&mut self.0).await.map(|_| ())
    }
}

/// Changes a SQLite file behind the program's back.
pub async fn change_sqlite(database: &TestDatabase, statements: &[&'static str]) -> Result<(), sqlx::Error> {
    let mut connection = SqliteConnection::connect(&database.url).await?;
    for statement in statements {
        sqlx::query(*statement).execute(&mut connection).await?;
    }
    connection.close().await
}

/// Changes a PostgreSQL database behind the program's back.
pub async fn change_postgres(
    database: &TestDatabase,
    statements: &[&'static str],
) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&database.url).await?;
    for statement in statements {
        sqlx::query(*statement).execute(&mut connection).await?;
    }
    connection.close().await
}

/// The server's address with another database's name: the path, between the host and the parameters.
pub fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = server
        .split_once('?')
        .map_or((server, None), |(a, p)| (a, Some(p)));
    let host_end = address.find("://").map_or(0, |scheme| scheme + 3);
    let path = address[host_end..]
        .find('/')
        .map_or(address.len(), |slash| host_end + slash);
    let parameters = parameters
        .map(|parameters| format!("?{parameters}"))
        .unwrap_or_default();
    format!("{}/{name}{parameters}", &address[..path])
}

/// Makes of `async fn NAME(database: TestDatabase)` one test on SQLite and one on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::TestDatabase::sqlite().unwrap()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let name = concat!(module_path!(), "::", stringify!($name));
                if let Some(database) = $crate::TestDatabase::postgres(name).await.unwrap() {
                    super::$name(database).await;
                }
            })*
        }
    };
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_name_takes_the_paths_place() {
        for (server, url) in [
            (
                "postgres://u@localhost:5433/postgres",
                "postgres://u@localhost:5433/t",
            ),
            ("postgres://u@localhost:5433", "postgres://u@localhost:5433/t"),
            (
                "postgres:///postgres?host=/tmp/x&user=u",
                "postgres:///t?host=/tmp/x&user=u",
            ),
        ] {
            assert_eq!(with_database(server, "t"), url);
        }
    }
}
