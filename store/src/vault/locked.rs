//! A database before its master key is given.

use super::{
    Reread,
    master::{MasterKey, name_of},
    rows,
};
use crate::{Store, StoreError, backend::Backend};
use std::sync::Arc;

/// What a master key is worth to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The tables are of another schema, or not there: nothing was tried.
    Unknown,
    /// The database knows no master key yet: the first one that it is opened with will be its own.
    New,
    /// The key opens the database.
    Opens,
    /// The database has another one.
    Refuses,
    /// No key was brought along to be tried.
    Untried,
}

/// An open database whose master key is still to be given.
pub struct LockedStore {
    url: String,
    backend: Backend,
}

impl LockedStore {
    /// Opens `sqlite://PATH` or `postgres://…` and applies what migrations are missing. A SQLite file is made where
    /// there is none.
    pub async fn make(url: &str) -> Result<Self, StoreError> {
        Ok(Self {
            url: url.to_owned(),
            backend: Backend::make(url).await?,
        })
    }

    /// Opens a database that is there and of this program's version; nothing is made or migrated.
    ///
    /// # Errors
    /// `NoDatabase`, `NoTables`, `OlderSchema` or `NewerSchema`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Ok(Self {
            url: url.to_owned(),
            backend: Backend::open(url).await?,
        })
    }

    /// Whether no master key has been given to this database yet, so that a fresh one will do.
    pub async fn is_new(&self) -> Result<bool, StoreError> {
        is_new(&self.backend).await
    }

    /// What the master key is called that opens this database (`MasterKey::name`); none where it knows none yet.
    pub async fn key_name(&self) -> Result<Option<String>, StoreError> {
        key_name(&self.backend).await
    }

    /// The store. A new database remembers the key; any other one answers `WrongMasterKey` where it remembers another.
    ///
    /// `reread` looks for the master key of a name where this one came from, for when another process has changed it.
    pub async fn unlock(
        self,
        master: MasterKey,
        reread: impl Fn(&str) -> Option<MasterKey> + Send + Sync + 'static,
    ) -> Result<Store, StoreError> {
        if self.is_new().await? {
            // Somebody else may open the database for the first time at the same moment: the first key stays.
            self.backend
                .execute(
                    "INSERT INTO master_key (id, fingerprint, since) VALUES (1, $1, $2)
                     ON CONFLICT (id) DO NOTHING",
                    (master.fingerprint(), chrono::Utc::now().timestamp_micros()),
                )
                .await?;
        }
        if !opens(&self.backend, &master).await? {
            self.backend.close().await;
            return Err(StoreError::WrongMasterKey);
        }
        let reread: Reread = Arc::new(reread);
        Store::start(&self.url, self.backend, master, reread)
    }
}

impl Store {
    /// Opens a database with the master key at hand, makes it where there is none, and migrates it where needed; see
    /// `LockedStore`.
    pub async fn open(url: &str, master: impl Into<MasterKey>) -> Result<Self, StoreError> {
        LockedStore::make(url)
            .await?
            .unlock(master.into(), |_| None)
            .await
    }
}

/// What a master key would be worth to a database; nothing is changed.
pub(crate) async fn try_key(backend: &Backend, master: Option<&MasterKey>) -> Result<Lock, StoreError> {
    Ok(match master {
        _ if is_new(backend).await? => Lock::New,
        None => Lock::Untried,
        Some(master) if opens(backend, master).await? => Lock::Opens,
        Some(_) => Lock::Refuses,
    })
}

/// The name of a database's own master key, if it has one.
pub(crate) async fn key_name(backend: &Backend) -> Result<Option<String>, StoreError> {
    let fingerprint = rows::fingerprint(backend).await?;
    Ok(fingerprint.map(|fingerprint| name_of(&fingerprint)))
}

async fn is_new(backend: &Backend) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = backend
        .fetch_optional(
            "SELECT CAST(1 AS BIGINT) FROM master_key
             UNION ALL SELECT CAST(1 AS BIGINT) FROM organization_keys LIMIT 1",
            (),
        )
        .await?;
    Ok(found.is_none())
}

async fn opens(backend: &Backend, master: &MasterKey) -> Result<bool, StoreError> {
    Ok(rows::fingerprint(backend).await? == Some(master.fingerprint()))
}
