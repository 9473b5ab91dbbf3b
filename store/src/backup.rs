//! A SQLite database as one file: written while it is used, and looked at before it takes a database's place.

use crate::{Lock, MasterKey, StoreError, backend::Backend, installation_notes, sqlite_file, vault};
use domain::Timestamp;
use std::path::Path;

/// What a file is that could be put in a database's place.
#[derive(Debug, Clone, Copy)]
pub struct Examined {
    /// What the master key is worth that was brought along.
    pub lock: Lock,
    /// Executions in it.
    pub executions: i64,
}

/// Why a file cannot take a database's place.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is no SQLite database, or is not whole.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It is a database of another program.
    #[error("it is no database of agent-ledger")]
    Foreign,
    /// It is of a newer version of this program.
    #[error(
        "it is of a newer version: its schema is {schema}, and agent-ledger {} knows up to {newest}",
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The newest migration that was applied.
        schema: i64,
        /// The newest that this program has.
        newest: i64,
    },
    /// It could not be looked at.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes a SQLite database, as it is at one moment, into a file that is there and empty. Others go on reading and writing.
/// Its log grows meanwhile by what they write.
///
/// # Errors
/// `NoDatabase`, or the disk is full.
pub async fn write_backup(url: &str, file: &Path) -> Result<(), StoreError> {
    let backend = looking(url)?;
    let written = write_into(&backend, &file.to_string_lossy()).await;
    backend.close().await;
    written
}

async fn write_into(backend: &Backend, file: &str) -> Result<(), StoreError> {
    // It has one connection, which for looking is kept from writing, to whichever file.
    backend.execute("PRAGMA query_only = off", ()).await?;
    backend.execute("VACUUM INTO $1", (file,)).await?;
    Ok(())
}

/// Looks through a file whole, and tries the master key.
///
/// # Errors
/// Why it cannot take a database's place.
pub async fn examine(file: &Path, master: Option<&MasterKey>) -> Result<Examined, Unfit> {
    let backend = Backend::of_file(file);
    let examined = examine_open(&backend, master).await;
    backend.close().await;
    match examined {
        Err(Unfit::Store(StoreError::DamagedDatabase)) => {
            Err(Unfit::Damaged("it is no SQLite database".to_owned()))
        }
        examined => examined,
    }
}

async fn examine_open(backend: &Backend, master: Option<&MasterKey>) -> Result<Examined, Unfit> {
    let Some(schema) = backend.schema().await? else {
        return Err(Unfit::Foreign);
    };
    let (tables,): (i64,) = backend
        .fetch_one(
            "SELECT COUNT(*) FROM sqlite_master
             WHERE type = 'table' AND name IN ('organizations', 'executions', 'master_key')",
            (),
        )
        .await?;
    let newest = backend.newest_schema();
    match tables {
        _ if schema > newest => return Err(Unfit::Newer { schema, newest }),
        2 | 3 => {}
        _ => return Err(Unfit::Foreign),
    }
    if let Some(damage) = backend.integrity_check().await? {
        return Err(Unfit::Damaged(damage));
    }
    let (executions,) = backend.fetch_one("SELECT COUNT(*) FROM executions", ()).await?;
    let lock = match tables {
        // It is of the time before encryption.
        2 => Lock::New,
        _ => vault::try_key(backend, master).await?,
    };
    Ok(Examined { lock, executions })
}

/// What the master key of a database is called (`MasterKey::name`), as far as can be told without it; none where it has none
/// yet, or cannot be read.
pub async fn key_name(url: &str) -> Option<String> {
    let backend = Backend::for_looking(url).ok()??;
    let name = vault::key_name(&backend).await;
    backend.close().await;
    name.ok()?
}

/// The same of a file that nobody else uses.
pub async fn key_name_in(file: &Path) -> Option<String> {
    let backend = Backend::of_file(file);
    let name = vault::key_name(&backend).await;
    backend.close().await;
    name.ok()?
}

/// What damage of a SQLite file is found first, if any; it may take seconds for each GiB. Nothing is migrated.
///
/// # Errors
/// `NoDatabase`, or it cannot be read.
pub async fn find_damage(url: &str) -> Result<Option<String>, StoreError> {
    let backend = looking(url)?;
    let found = backend.quick_check().await;
    backend.close().await;
    found
}

/// Notes in the database that a backup of it was written, for `Checkup`.
///
/// # Errors
/// The database is of another version, or cannot be written to.
pub async fn note_backup(url: &str, file: &str, at: Timestamp) -> Result<(), StoreError> {
    let backend = Backend::open(url).await?;
    let noted = installation_notes::note_backup(&backend, file, at).await;
    backend.close().await;
    noted
}

fn looking(url: &str) -> Result<Backend, StoreError> {
    Backend::for_looking(url)?.ok_or_else(|| {
        let path = sqlite_file(url).unwrap_or_default();
        StoreError::NoDatabase(path.display().to_string())
    })
}
