//! The master key: what wraps the organizations' keys. It is never in the database.

use super::keys::Cipher;
use crate::StoreError;
use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use domain::OrganizationId;
use hmac::{Hmac, Mac};
use rand::RngExt;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a fingerprint that name a key.
const NAME: usize = 8;
/// Bytes of a nonce.
pub(super) const NONCE: usize = 12;
/// What the fingerprint is the digest of.
const FINGERPRINT_OF: &[u8] = b"agent-ledger: fingerprint of the master key";
/// What begins the data that a wrapped key is bound to.
const WRAPPED: &[u8] = b"agent-ledger: key of an organization";

/// 32 bytes that wrap the organizations' keys. They are overwritten when this is dropped, and `Debug` hides them.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; KEY]>);

impl From<[u8; KEY]> for MasterKey {
    fn from(bytes: [u8; KEY]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey")
    }
}

impl MasterKey {
    /// A fresh one.
    pub fn fresh() -> Self {
        Self(fresh_key())
    }

    /// The bytes, to be put where they are kept.
    pub fn reveal(&self) -> &[u8; KEY] {
        &self.0
    }

    /// What a file is called that keeps it: 16 hexadecimal digits of what databases know it by.
    pub fn name(&self) -> String {
        name_of(&self.fingerprint())
    }

    /// By which a database knows the key again, and from which nobody learns it.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        let mut digest = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.0).expect("a key of any length");
        digest.update(FINGERPRINT_OF);
        digest.finalize().into_bytes().to_vec()
    }

    /// A fresh key of the organization, wrapped: the nonce, then the encrypted key. It opens as this number of this
    /// organization and as no other.
    pub(crate) fn wrap_fresh(
        &self,
        organization: OrganizationId,
        number: i64,
    ) -> Result<Vec<u8>, StoreError> {
        self.wrap(organization, number, &fresh_key())
    }

    fn wrap(
        &self,
        organization: OrganizationId,
        number: i64,
        key: &[u8; KEY],
    ) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let given = Payload {
            msg: key,
            aad: &bound_to(organization, number),
        };
        let encrypted = self
            .cipher()
            .encrypt(&Nonce::from(nonce), given)
            .map_err(|_| StoreError::WrongMasterKey)?;
        Ok([&nonce[..], &encrypted].concat())
    }

    /// The key that was wrapped, or `WrongMasterKey` where another master key wrapped it, or for something else.
    pub(crate) fn unwrap(
        &self,
        organization: OrganizationId,
        number: i64,
        wrapped: &[u8],
    ) -> Result<Cipher, StoreError> {
        let key = self.unwrap_key(organization, number, wrapped)?;
        Ok(Cipher::new((&*key).into()))
    }

    /// The same key, wrapped by another master key.
    pub(super) fn rewrap(
        &self,
        other: &Self,
        organization: OrganizationId,
        number: i64,
        wrapped: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let key = self.unwrap_key(organization, number, wrapped)?;
        other.wrap(organization, number, &key)
    }

    fn unwrap_key(
        &self,
        organization: OrganizationId,
        number: i64,
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; KEY]>, StoreError> {
        let (nonce, encrypted) = wrapped
            .split_first_chunk::<NONCE>()
            .ok_or(StoreError::WrongMasterKey)?;
        let given = Payload {
            msg: encrypted,
            aad: &bound_to(organization, number),
        };
        let key = self.cipher().decrypt(&Nonce::from(*nonce), given);
        let key = Zeroizing::new(key.map_err(|_| StoreError::WrongMasterKey)?);
        let key: &[u8; KEY] = key
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::WrongMasterKey)?;
        Ok(Zeroizing::new(*key))
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.0).into())
    }
}

/// The name of the key of that fingerprint.
pub(super) fn name_of(fingerprint: &[u8]) -> String {
    fingerprint
        .iter()
        .take(NAME)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn fresh_key() -> Zeroizing<[u8; KEY]> {
    Zeroizing::new(rand::rng().random())
}

/// What a wrapped key is bound to.
fn bound_to(organization: OrganizationId, number: i64) -> Vec<u8> {
    [WRAPPED, &organization.0.to_be_bytes(), &number.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: OrganizationId = OrganizationId(7);

    #[test]
    fn a_wrapped_key_opens_only_as_what_it_is() {
        let (master, other) = (MasterKey::fresh(), MasterKey::fresh());
        let wrapped = master.wrap_fresh(ORGANIZATION, 1).unwrap();
        let key = master.unwrap_key(ORGANIZATION, 1, &wrapped).unwrap();
        assert!(master.unwrap_key(ORGANIZATION, 2, &wrapped).is_err());
        assert!(master.unwrap_key(OrganizationId(8), 1, &wrapped).is_err());
        assert!(other.unwrap_key(ORGANIZATION, 1, &wrapped).is_err());
        assert!(master.unwrap_key(ORGANIZATION, 1, &wrapped[..11]).is_err());
        let again = master.rewrap(&other, ORGANIZATION, 1, &wrapped).unwrap();
        assert_eq!(*other.unwrap_key(ORGANIZATION, 1, &again).unwrap(), *key);
        assert!(master.unwrap_key(ORGANIZATION, 1, &again).is_err());
    }

    #[test]
    fn a_fingerprint_tells_keys_apart() {
        let master = MasterKey::from([1; KEY]);
        assert_eq!(master.fingerprint(), master.clone().fingerprint());
        assert_ne!(master.fingerprint(), MasterKey::from([2; KEY]).fingerprint());
        assert_ne!(master.fingerprint(), [1; KEY]);
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", MasterKey::from([65; KEY])), "MasterKey");
    }
}
