//! Small secrets as they rest: the key's number in 4 bytes, a nonce in 12, then JSON, encrypted with AES-256-GCM, and its
//! tag. Bound to where they stand, so that they open in no other place.

use crate::{StoreError, vault::Keys};
use aes_gcm::{
    Nonce,
    aead::{Aead, Payload},
};
use domain::{ConnectionId, TaskId};
use rand::RngExt;
use zeroize::Zeroizing;

/// Where a secret stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// What a task is told.
    Task(&'a TaskId),
    /// What requests to a provider need.
    Connection(&'a ConnectionId),
}

impl<'a> Place<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::Task(id) => id.as_str(),
            Self::Connection(id) => id.as_str(),
        }
    }

    /// What begins the data that the secret is bound to.
    fn kind(self) -> &'static [u8] {
        match self {
            Self::Task(_) => b"agent-ledger: payload of a task",
            Self::Connection(_) => b"agent-ledger: secrets of a connection",
        }
    }

    fn damaged(self) -> StoreError {
        StoreError::DamagedPayload(self.id().to_owned())
    }
}

/// Seals with the key that encrypts.
pub(crate) fn seal(keys: &Keys, place: Place<'_>, json: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (number, cipher) = keys.encrypting()?;
    let nonce: [u8; 12] = rand::rng().random();
    let given = Payload {
        msg: json,
        aad: &bound_to(keys, number, place),
    };
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), given)
        .map_err(|_| place.damaged())?;
    Ok([&number.to_be_bytes()[..], &nonce, &sealed].concat())
}

/// The JSON that was sealed for this place.
pub(crate) fn open(keys: &Keys, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let (number, rest) = sealed.split_first_chunk::<4>().ok_or_else(|| place.damaged())?;
    let (nonce, text) = rest.split_first_chunk::<12>().ok_or_else(|| place.damaged())?;
    let number = u32::from_be_bytes(*number);
    let cipher = keys.cipher(number).ok_or(StoreError::KeysDestroyed)?;
    let given = Payload {
        msg: text,
        aad: &bound_to(keys, number, place),
    };
    let json = cipher.decrypt(&Nonce::from(*nonce), given);
    json.map(Zeroizing::new).map_err(|_| place.damaged())
}

/// The same secret under the key that encrypts; `None` where it is already, or does not open.
pub(crate) fn reseal(keys: &Keys, place: Place<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    if key_number(sealed) == keys.active() {
        return Ok(None);
    }
    match open(keys, place, sealed) {
        Ok(json) => seal(keys, place, &json).map(Some),
        Err(_) => Ok(None),
    }
}

/// Number of the key that this is sealed with.
pub(crate) fn key_number(sealed: &[u8]) -> Option<u32> {
    let (number, _) = sealed.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*number))
}

fn bound_to(keys: &Keys, number: u32, place: Place<'_>) -> Vec<u8> {
    [
        place.kind(),
        &number.to_be_bytes(),
        &keys.organization().0.to_be_bytes(),
        place.id().as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OrganizationId;

    #[test]
    fn a_secret_opens_in_its_place_and_organization_alone() {
        let keys = Keys::fresh(OrganizationId(1), &[1, 2]);
        let (task, other): (TaskId, TaskId) = ("task_a".parse().unwrap(), "task_b".parse().unwrap());
        let connection: ConnectionId = "task_a".parse().unwrap();
        let place = Place::Task(&task);
        let sealed = seal(&keys, place, b"{}").unwrap();
        assert_eq!(key_number(&sealed), Some(2));
        assert_eq!(*open(&keys, place, &sealed).unwrap(), b"{}");
        let is_damaged = |opened| matches!(opened, Err(StoreError::DamagedPayload(_)));
        for elsewhere in [Place::Task(&other), Place::Connection(&connection)] {
            assert!(is_damaged(open(&keys, elsewhere, &sealed)), "{elsewhere:?}");
        }
        let renamed = Keys::renamed(&keys, OrganizationId(2));
        assert!(is_damaged(open(&renamed, place, &sealed)));
        for end in 0..sealed.len() {
            assert!(open(&keys, place, &sealed[..end]).is_err());
        }
        for position in 4..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(is_damaged(open(&keys, place, &changed)), "{position}");
        }
        let without = Keys::fresh(OrganizationId(1), &[3]);
        let destroyed = open(&without, place, &sealed);
        assert!(matches!(destroyed, Err(StoreError::KeysDestroyed)));
    }

    #[test]
    fn an_older_secret_is_sealed_again() {
        let (old, both) = (
            Keys::fresh(OrganizationId(1), &[1]),
            Keys::fresh(OrganizationId(1), &[1, 2]),
        );
        let task: TaskId = "task_a".parse().unwrap();
        let place = Place::Task(&task);
        let sealed = seal(&old, place, b"{}").unwrap();
        assert_eq!(reseal(&old, place, &sealed).unwrap(), None);
        let again = reseal(&both, place, &sealed).unwrap();
        assert!(again.is_none() || key_number(&again.unwrap()) == Some(2));
    }
}
