//! Why the store could not do what was asked.

use crate::Exhausted;
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
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
    /// A migration failed.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
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
