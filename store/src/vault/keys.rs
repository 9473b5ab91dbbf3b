//! An organization's keys, unwrapped, as they were at one moment.

use crate::StoreError;
use domain::OrganizationId;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// What encrypts and decrypts with one key; the key is overwritten when this is dropped.
pub(crate) type Cipher = aes_gcm::Aes256Gcm;

/// An organization's keys. `Debug` tells their numbers alone.
pub struct Keys {
    organization: OrganizationId,
    active: Option<u32>,
    held: BTreeMap<u32, Held>,
    /// Whether the organization has had no key yet, not even one that is destroyed by now.
    pub(super) is_new: bool,
    /// Whether payloads of the time before there was encryption are taken. Anybody who can write into the database can
    /// make one up, so it is only as long as there may be right ones.
    pub(super) takes_plain: bool,
}

/// A key, and when it was made: number and time together name it, whatever it is wrapped by.
#[derive(Clone)]
pub(crate) struct Held {
    pub made_at: i64,
    pub cipher: Arc<Cipher>,
}

impl Keys {
    pub(crate) fn new(organization: OrganizationId) -> Self {
        Self {
            organization,
            active: None,
            held: BTreeMap::new(),
            is_new: true,
            takes_plain: false,
        }
    }

    pub(crate) fn hold(&mut self, number: u32, held: Held, is_active: bool) {
        self.held.insert(number, held);
        if is_active {
            self.active = Some(number);
        }
    }

    pub(super) fn get(&self, number: u32) -> Option<&Held> {
        self.held.get(&number)
    }

    /// Whose they are.
    pub(crate) fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Whether payloads of the time before there was encryption are taken.
    pub(crate) fn takes_plain(&self) -> bool {
        self.takes_plain
    }

    /// Number of the key that encrypts.
    pub(crate) fn active(&self) -> Option<u32> {
        self.active
    }

    /// The key that encrypts, and its number.
    pub(crate) fn encrypting(&self) -> Result<(u32, &Cipher), StoreError> {
        self.active
            .and_then(|number| Some((number, self.cipher(number)?)))
            .ok_or(StoreError::KeysDestroyed)
    }

    /// The key of that number.
    pub(crate) fn cipher(&self, number: u32) -> Option<&Cipher> {
        self.held.get(&number).map(|held| &*held.cipher)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keys")
            .field("organization", &self.organization)
            .field("active", &self.active)
            .field("numbers", &self.held.keys())
            .finish()
    }
}

#[cfg(test)]
impl Keys {
    /// Fresh keys of these numbers; the last one is active.
    pub(crate) fn fresh(organization: OrganizationId, numbers: &[u32]) -> Self {
        use aes_gcm::KeyInit;
        use rand::RngExt;
        let mut keys = Self::new(organization);
        for number in numbers {
            let key: [u8; 32] = rand::rng().random();
            let cipher = Arc::new(Cipher::new((&key).into()));
            keys.hold(*number, Held { made_at: 0, cipher }, true);
        }
        keys
    }

    /// The same keys, while older payloads are being brought under them.
    pub(crate) fn reencrypting(mut self) -> Self {
        self.takes_plain = true;
        self
    }

    /// The same keys, as if they were another organization's.
    pub(crate) fn renamed(keys: &Self, organization: OrganizationId) -> Self {
        Self {
            organization,
            active: keys.active,
            held: keys.held.clone(),
            is_new: keys.is_new,
            takes_plain: keys.takes_plain,
        }
    }
}
