//! Why the store could not do what was asked.

use crate::{Exhausted, damage};
use domain::FieldError;
use std::sync::Arc;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no kind of database that is known.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    UnknownDatabase,
    /// No such agent, version, key, person or organization in this organization.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Something of that name is there already.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// A value cannot be stored as given.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// Too much is waiting to be recorded; try again in a moment.
    #[error("too many executions are waiting to be recorded")]
    Busy,
    /// So much is being read at once that there was no memory for more in time; try again in a moment.
    #[error("too much is being read at once: {0}")]
    Exhausted(#[from] Exhausted),
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
    /// A stored payload cannot be read.
    #[error("the stored payload of {0} is damaged, or was put in another's place")]
    DamagedPayload(String),
    /// The master key is not the one that wraps the organizations' keys.
    #[error("the master key is not the one of this database")]
    WrongMasterKey,
    /// The key that a payload was encrypted with is no more, or the organization has none any more to encrypt with.
    #[error("the key was destroyed that this is encrypted with")]
    KeysDestroyed,
    /// The address of a PostgreSQL database cannot be read. Nothing of it is told: it may have a password.
    #[error(
        "the URL of the database cannot be read: {0}; in a password write %23 for #, %2F for /, %3F for ?, %40 for @ and \
         %25 for % (--database-url)"
    )]
    UnreadableUrl(String),
    /// A PostgreSQL server cannot be reached, or does not let us in.
    #[error(
        "PostgreSQL on {place} cannot be used: {cause}; see that it runs, that this machine reaches it, and that its URL is \
         right (--database-url)"
    )]
    Unreachable {
        /// Host and port.
        place: String,
        /// What the system or the server says.
        cause: String,
    },
    /// Between us and PostgreSQL is a pool that gives each transaction another connection.
    #[error(
        "PostgreSQL is reached by a pool that gives each transaction another connection, such as PgBouncer with \
         pool_mode = transaction: set pool_mode = session for this database, or go to PostgreSQL itself (--database-url)"
    )]
    PooledByTransaction,
    /// There is no such SQLite file.
    #[error(
        "there is no database {0}: see that its path is right (--database-url); `agent-ledger serve`, `migrate`, \
         `user add` and `restore` make one"
    )]
    NoDatabase(String),
    /// It would be gone with the process.
    #[error(
        "a SQLite database in memory keeps nothing: name a file, as in sqlite://ledger.db; `serve --demo` needs none"
    )]
    InMemory,
    /// A database without tables.
    #[error("the database has no tables yet: start the server, or run `agent-ledger migrate`")]
    NoTables,
    /// The database is of an older version of this program.
    #[error(
        "the database is of an older version: its schema is {schema}, that of agent-ledger {} is {newest}; back it up, \
         then start the server or run `agent-ledger migrate`",
        env!("CARGO_PKG_VERSION")
    )]
    OlderSchema {
        /// The newest migration that was applied.
        schema: i64,
        /// The newest that this program has.
        newest: i64,
    },
    /// The database is of a newer version of this program.
    #[error(
        "this agent-ledger {} is old: the database's schema is {schema}, and it knows up to {newest}; use the newer \
         agent-ledger that has migrated the database",
        env!("CARGO_PKG_VERSION")
    )]
    NewerSchema {
        /// The newest migration that was applied.
        schema: i64,
        /// The newest that this program has.
        newest: i64,
    },
    /// The SQLite file is damaged. Trying again does not help.
    #[error(
        "the database is damaged: stop the server and bring a backup back with `agent-ledger restore FILE`"
    )]
    DamagedDatabase,
    /// The SQLite file is not the one any more that was opened. Trying again does not help.
    #[error(
        "the database file was removed or replaced while the server runs; bring it back and start the server anew"
    )]
    ReplacedDatabase,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if damage::is_met(&error) {
            tracing::error!(%error, "the database is damaged");
            return Self::DamagedDatabase;
        }
        Self::Database(Arc::new(error))
    }
}

/// An insert that met a row of the same key: `what` is taken. Other errors stay what they are.
pub(crate) fn taken(error: StoreError, what: &'static str) -> StoreError {
    match &error {
        StoreError::Database(cause)
            if cause
                .as_database_error()
                .is_some_and(|cause| cause.is_unique_violation()) =>
        {
            StoreError::Taken(what)
        }
        _ => error,
    }
}
