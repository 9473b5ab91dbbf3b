//! Keys. The master key, which is not in the database, wraps the keys of organizations, which are; those encrypt
//! payloads. What is unwrapped stays in memory alone.

mod change;
mod installation;
pub(crate) mod keys;
mod locked;
mod master;
mod rows;

pub(crate) use keys::Held;
pub use keys::Keys;
pub use locked::{Lock, LockedStore};
pub(crate) use locked::{key_name, try_key};
pub use master::MasterKey;
pub(crate) use rows::State;

use crate::{StoreError, backend::Backend, transaction::WriteTransaction};
use domain::OrganizationId;
use master::name_of;
use parking_lot::RwLock;
use rows::KeyRow;
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// How long keys are used before the database is asked about them again, so that a destroyed one is soon forgotten.
const TRUSTED: Duration = Duration::from_secs(60);
/// Shortest time between two looks for a new master key: where it is not found, many may be asking for it.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// Stands for the installation where keys are named by their organization: no organization has this identifier.
pub(crate) const INSTALLATION: OrganizationId = OrganizationId(0);

/// Looks for the master key of a name where the old one came from. None where it cannot be had there.
pub(crate) type Reread = Arc<dyn Fn(&str) -> Option<MasterKey> + Send + Sync>;

/// The keys that this process has unwrapped so far, and what unwraps further ones.
pub(crate) struct Vault {
    backend: Backend,
    master: RwLock<MasterKey>,
    reread: Reread,
    /// When the new master key was last looked for in vain.
    looked_at: tokio::sync::Mutex<Option<Instant>>,
    known: RwLock<HashMap<OrganizationId, Known>>,
    installation: RwLock<Option<Arc<Keys>>>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<Keys>,
    read_at: Instant,
}

impl Vault {
    pub(crate) fn new(backend: Backend, master: MasterKey, reread: Reread) -> Self {
        Self {
            backend,
            master: RwLock::new(master),
            reread,
            looked_at: tokio::sync::Mutex::default(),
            known: RwLock::default(),
            installation: RwLock::default(),
        }
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The organization's keys, for reading. There may be none.
    pub(crate) async fn keys(&self, organization: OrganizationId) -> Result<Arc<Keys>, StoreError> {
        match self.known(organization) {
            Some(known) if known.read_at.elapsed() < TRUSTED => Ok(known.keys),
            _ => self.read(organization).await,
        }
    }

    /// The organization's keys, of which one encrypts: made where there was none yet, by whoever comes first.
    /// `KeysDestroyed` where there was.
    pub(crate) async fn encrypting_keys(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<Keys>, StoreError> {
        let mut keys = self.keys(organization).await?;
        if keys.active().is_none() {
            keys = self.read(organization).await?;
        }
        if keys.is_new {
            if let Err(StoreError::WrongMasterKey) = self.make_first_key(organization).await {
                self.reread_master().await?;
                self.make_first_key(organization).await?;
            }
            keys = self.read(organization).await?;
        }
        keys.encrypting()?;
        Ok(keys)
    }

    /// `keys`, or newer ones where payloads need them that are encrypted with the keys of these numbers. Keys that are got before the payloads are read and go through
    /// here afterwards open whatever those hold, also while the organization's key is changed.
    pub(crate) async fn covering(&self, keys: Arc<Keys>, numbers: Vec<u32>) -> Result<Arc<Keys>, StoreError> {
        if numbers.iter().all(|number| keys.cipher(*number).is_some()) {
            Ok(keys)
        } else {
            self.read(keys.organization()).await
        }
    }

    /// The organization's keys as they are in the database now.
    pub(crate) async fn read(&self, organization: OrganizationId) -> Result<Arc<Keys>, StoreError> {
        let rows = rows::read(&self.backend, organization).await?;
        if rows.is_empty() && rows::is_first_reencryption(&self.backend, organization).await? {
            let mut keys = Keys::new(organization);
            keys.takes_plain = true;
            return Ok(self.remember(keys));
        }
        match self.unwrap(organization, &rows) {
            Err(StoreError::WrongMasterKey) => {
                self.reread_master().await?;
                self.unwrap(organization, &rows)
            }
            keys => keys,
        }
    }

    /// Reads the organization's keys, and keeps them from being changed until the transaction ends. So what it encrypts
    /// with the active key is committed before that key retires, or not at all.
    pub(crate) async fn hold(
        &self,
        transaction: &mut WriteTransaction,
        organization: OrganizationId,
    ) -> Result<Arc<Keys>, StoreError> {
        let keys = self.unwrap(
            organization,
            &transaction.lock_keys(organization, "FOR SHARE").await?,
        )?;
        if keys.active().is_some() {
            return Ok(keys);
        }
        // PostgreSQL locks the rows that were there when the statement began: where the key was changed while it waited,
        // the new one is among those of the next statement.
        self.unwrap(
            organization,
            &transaction.lock_keys(organization, "FOR SHARE").await?,
        )
    }

    /// The keys in the rows, which are all of the organization's. Only those are unwrapped that were not known.
    fn unwrap(&self, organization: OrganizationId, rows: &[KeyRow]) -> Result<Arc<Keys>, StoreError> {
        let known = self.known(organization);
        let mut keys = Keys::new(organization);
        keys.is_new = rows.is_empty();
        keys.takes_plain = rows.iter().any(|row| row.is_reencrypting);
        for row in rows.iter().filter(|row| row.state != State::Destroyed) {
            let number = u32::try_from(row.number).map_err(|_| StoreError::KeysDestroyed)?;
            let same = known.as_ref().and_then(|known| known.keys.get(number));
            let held = match same.filter(|held| held.made_at == row.made_at) {
                Some(held) => held.clone(),
                None => Held {
                    made_at: row.made_at,
                    cipher: Arc::new(self.master().unwrap(organization, row.number, &row.wrapped)?),
                },
            };
            keys.hold(number, held, row.state == State::Active);
        }
        Ok(self.remember(keys))
    }

    fn remember(&self, keys: Keys) -> Arc<Keys> {
        let keys = Arc::new(keys);
        let known = Known {
            keys: keys.clone(),
            read_at: Instant::now(),
        };
        self.known.write().insert(keys.organization(), known);
        keys
    }

    fn known(&self, organization: OrganizationId) -> Option<Known> {
        let all = self.known.read();
        all.get(&organization).cloned()
    }

    fn master(&self) -> MasterKey {
        self.master.read().clone()
    }

    fn set_master(&self, master: MasterKey) {
        *self.master.write() = master;
    }

    /// Looks for a new master key where the old one came from, since another process has changed it.
    /// `WrongMasterKey` where the right one is not there either.
    pub(crate) async fn reread_master(&self) -> Result<(), StoreError> {
        let mut looked_at = self.looked_at.lock().await;
        let wanted = rows::fingerprint(&self.backend).await?;
        let is_right = |master: &MasterKey| Some(master.fingerprint()) == wanted;
        if is_right(&self.master()) {
            // Somebody else has just found it.
            return Ok(());
        }
        if looked_at.is_some_and(|looked_at| looked_at.elapsed() < BETWEEN_LOOKS) {
            return Err(StoreError::WrongMasterKey);
        }
        let (reread, name) = (
            self.reread.clone(),
            wanted.as_deref().map(name_of).unwrap_or_default(),
        );
        // A file or a program: not on a thread that serves others.
        let found = tokio::task::spawn_blocking(move || reread(&name))
            .await
            .ok()
            .flatten();
        match found.filter(is_right) {
            Some(master) => {
                self.set_master(master);
                *looked_at = None;
                tracing::info!("the master key was changed, and the new one was found");
                Ok(())
            }
            None => {
                *looked_at = Some(Instant::now());
                tracing::warn!(
                    "the master key was changed, and the new one is not where this process had the old one"
                );
                Err(StoreError::WrongMasterKey)
            }
        }
    }
}
