//! What a task is told, as it rests: the key's number in 4 bytes, a nonce in 12, then JSON, encrypted with AES-256-GCM, and
//! its tag. Bound to the task, so that it opens in no other's place.

use crate::{StoreError, vault::Keys};
use aes_gcm::{
    Nonce,
    aead::{Aead, Payload},
};
use domain::TaskId;
use rand::RngExt;

/// What begins the data that a payload is bound to.
const BOUND_TO: &[u8] = b"agent-ledger: payload of a task";

/// Seals with the key that encrypts.
pub(super) fn seal(keys: &Keys, task: &TaskId, json: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (number, cipher) = keys.encrypting()?;
    let nonce: [u8; 12] = rand::rng().random();
    let given = Payload {
        msg: json,
        aad: &bound_to(keys, number, task),
    };
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), given)
        .map_err(|_| damaged(task))?;
    Ok([&number.to_be_bytes()[..], &nonce, &sealed].concat())
}

/// The JSON that was sealed for this task.
pub(super) fn open(keys: &Keys, task: &TaskId, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (number, rest) = sealed.split_first_chunk::<4>().ok_or_else(|| damaged(task))?;
    let (nonce, text) = rest.split_first_chunk::<12>().ok_or_else(|| damaged(task))?;
    let number = u32::from_be_bytes(*number);
    let cipher = keys.cipher(number).ok_or(StoreError::KeysDestroyed)?;
    let given = Payload {
        msg: text,
        aad: &bound_to(keys, number, task),
    };
    cipher
        .decrypt(&Nonce::from(*nonce), given)
        .map_err(|_| damaged(task))
}

/// Number of the key that this is sealed with.
pub(super) fn key_number(sealed: &[u8]) -> Option<u32> {
    let (number, _) = sealed.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(*number))
}

fn bound_to(keys: &Keys, number: u32, task: &TaskId) -> Vec<u8> {
    [
        BOUND_TO,
        &number.to_be_bytes(),
        &keys.organization().0.to_be_bytes(),
        task.as_str().as_bytes(),
    ]
    .concat()
}

fn damaged(task: &TaskId) -> StoreError {
    StoreError::DamagedPayload(task.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OrganizationId;

    #[test]
    fn a_payload_opens_for_its_task_and_organization_alone() {
        let keys = Keys::fresh(OrganizationId(1), &[1, 2]);
        let id = |id: &str| id.parse::<TaskId>().unwrap();
        let sealed = seal(&keys, &id("task_a"), b"{}").unwrap();
        assert_eq!(key_number(&sealed), Some(2));
        assert_eq!(open(&keys, &id("task_a"), &sealed).unwrap(), b"{}");
        let is_damaged = |opened| matches!(opened, Err(StoreError::DamagedPayload(_)));
        assert!(is_damaged(open(&keys, &id("task_b"), &sealed)));
        let other = Keys::renamed(&keys, OrganizationId(2));
        assert!(is_damaged(open(&other, &id("task_a"), &sealed)));
        for end in 0..sealed.len() {
            assert!(open(&keys, &id("task_a"), &sealed[..end]).is_err());
        }
        for position in 4..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(is_damaged(open(&keys, &id("task_a"), &changed)), "{position}");
        }
        let without = Keys::fresh(OrganizationId(1), &[3]);
        let destroyed = open(&without, &id("task_a"), &sealed);
        assert!(matches!(destroyed, Err(StoreError::KeysDestroyed)));
    }
}
