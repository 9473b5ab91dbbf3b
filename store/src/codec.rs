//! The form in which payloads rest: JSON, compressed with zstd, encrypted with a key of the organization. One format
//! byte, then what that format says, so that rows of an older format stay readable.

use crate::{
    StoreError,
    vault::keys::{Cipher, Keys},
};
use aes_gcm::{
    Nonce, Tag,
    aead::{AeadInOut, consts::U12},
};
use domain::{ExecutionId, OrganizationId, Payload};
use rand::RngExt;
use serde::de::DeserializeOwned;
use std::{
    cell::RefCell,
    io::{self, BufReader, Read, Write},
    ops::Range,
};
use zstd::{bulk::Compressor, stream::read::Decoder};

/// Compressed JSON: the form of the time before there was encryption.
const ZSTD_JSON: u8 = 1;
/// The number of the organization's key in 4 bytes, a random nonce in 12, then compressed JSON, encrypted with
/// AES-256-GCM, and its tag of 16 bytes.
const AES_256_GCM_ZSTD_JSON: u8 = 2;

const NUMBER_END: usize = 1 + 4;
const HEAD: usize = NUMBER_END + 12;
const TAG: usize = 16;

/// Fast, and within a tenth of the size of slower levels on texts of a few kilobytes.
const LEVEL: i32 = 1;

/// Bytes of JSON that a payload may have and still be unpacked: twice what is recorded at most.
const MOST_UNPACKED: usize = 64 << 20;
/// What a payload counts as whose frame does not tell its size, in bytes of JSON: as much as one that is recorded has at
/// most.
pub const LARGEST: usize = 32 << 20;
/// Bytes of JSON up to which a payload is unpacked as a whole before it is read, which is quicker.
const AT_ONCE: usize = 1 << 20;

thread_local! {
    // A compression context is 600 kB: one for each thread, not for each payload.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// The payload as bytes for storage. They belong to one execution of one organization and to no other.
pub fn seal(keys: &Keys, execution: &ExecutionId, payload: &Payload) -> Result<Vec<u8>, StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    let json = serde_json::to_vec(payload).map_err(|_| damaged())?;
    let mut sealed = vec![0; HEAD + zstd::zstd_safe::compress_bound(json.len()) + TAG];
    let length = COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(Compressor::new(LEVEL).map_err(|_| damaged())?),
        };
        compressor
            .compress_to_buffer(&json, &mut sealed[HEAD..])
            .map_err(|_| damaged())
    })?;
    sealed.truncate(HEAD + length);
    encrypt(keys, execution, &mut sealed)?;
    sealed.shrink_to_fit();
    Ok(sealed)
}

/// The payload that was sealed for this execution. What was sealed for another one, or changed since, is damaged.
pub fn open(keys: &Keys, execution: &ExecutionId, sealed: Vec<u8>) -> Result<Payload, StoreError> {
    decrypt(keys, execution, sealed)?.unpack()
}

/// Decrypts, in place, what was sealed for this execution, and finds out how large it is unpacked.
pub fn decrypt(keys: &Keys, execution: &ExecutionId, mut sealed: Vec<u8>) -> Result<Packed, StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    let compressed = match Form::of(&sealed, keys).ok_or_else(damaged)? {
        Form::Plain(compressed) => sealed.len() - compressed.len()..sealed.len(),
        Form::Encrypted(Encrypted {
            number, nonce, tag, ..
        }) => {
            let text = HEAD..sealed.len() - TAG;
            let within = &mut sealed[text.clone()];
            decrypt_within(keys, execution, (number, &nonce, &tag), within)?;
            text
        }
    };
    let told = zstd::zstd_safe::get_frame_content_size(&sealed[compressed.clone()]);
    let told = told.ok().flatten().and_then(|size| usize::try_from(size).ok());
    Ok(Packed {
        execution: execution.clone(),
        size: told.filter(|size| *size <= MOST_UNPACKED),
        bytes: sealed,
        compressed,
    })
}

/// A payload that is decrypted, and still compressed.
pub struct Packed {
    execution: ExecutionId,
    /// Whole buffer, of which `compressed` is what counts.
    bytes: Vec<u8>,
    compressed: Range<usize>,
    /// Bytes of JSON, where the frame tells them.
    size: Option<usize>,
}

impl Packed {
    /// Bytes of JSON in it; the largest that is ever unpacked where it does not tell them.
    pub fn size(&self) -> usize {
        self.size.unwrap_or(LARGEST)
    }

    /// The payload, or a part of it: what `T` knows of.
    pub fn unpack<T: DeserializeOwned>(self) -> Result<T, StoreError> {
        let damaged = || StoreError::DamagedPayload(self.execution.to_string());
        let compressed = &self.bytes[self.compressed.clone()];
        match self.size {
            // What hardly packs is no larger when its JSON takes its place.
            Some(size) if size <= AT_ONCE || compressed.len() > size / 2 => {
                let json = zstd::bulk::decompress(compressed, size).map_err(|_| damaged())?;
                let execution = self.execution;
                // Before the values are made.
                drop(self.bytes);
                serde_json::from_slice(&json).map_err(|_| StoreError::DamagedPayload(execution.to_string()))
            }
            // What is large is read as it is unpacked, so that its JSON is never there as a whole.
            _ => {
                let unpacked = Decoder::with_buffer(compressed).map_err(|_| damaged())?;
                let bounded = unpacked.take(MOST_UNPACKED as u64);
                serde_json::from_reader(BufReader::with_capacity(1 << 16, bounded)).map_err(|_| damaged())
            }
        }
    }
}

/// Whether the payload is more than so many bytes of JSON. Looks at no more of it than that.
pub fn is_larger(payload: &Payload, bytes: usize) -> bool {
    struct Room(usize);
    impl Write for Room {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(part.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(part.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Room(bytes), payload).is_err()
}

/// The same payload under the key of `to` that encrypts; `None` where it is under it already. `from` opens it.
pub fn reseal(
    from: &Keys,
    to: &Keys,
    execution: &ExecutionId,
    sealed: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    let mut again = match Form::of(sealed, from).ok_or_else(damaged)? {
        Form::Plain(compressed) => [&[0; HEAD], compressed].concat(),
        Form::Encrypted(encrypted) if Some(encrypted.number) == to.active() => return Ok(None),
        Form::Encrypted(Encrypted {
            number,
            nonce,
            tag,
            text,
        }) => {
            let mut again = [&[0; HEAD], text].concat();
            decrypt_within(from, execution, (number, &nonce, &tag), &mut again[HEAD..])?;
            again
        }
    };
    encrypt(to, execution, &mut again)?;
    Ok(Some(again))
}

/// Number of the key that this is encrypted with, if it is.
pub fn key_number(sealed: &[u8]) -> Option<u32> {
    Some(Encrypted::of(sealed)?.number)
}

/// A stored payload, taken apart.
enum Form<'a> {
    /// Compressed JSON.
    Plain(&'a [u8]),
    Encrypted(Encrypted<'a>),
}

struct Encrypted<'a> {
    number: u32,
    nonce: Nonce<U12>,
    text: &'a [u8],
    tag: Tag,
}

impl<'a> Form<'a> {
    /// The form that `keys` are to open; `None` where it is none that they take.
    fn of(sealed: &'a [u8], keys: &Keys) -> Option<Self> {
        match sealed.split_first()? {
            (&ZSTD_JSON, rest) if keys.takes_plain() => Some(Self::Plain(rest)),
            _ => Encrypted::of(sealed).map(Self::Encrypted),
        }
    }
}

impl<'a> Encrypted<'a> {
    fn of(sealed: &'a [u8]) -> Option<Self> {
        let rest = sealed.strip_prefix(&[AES_256_GCM_ZSTD_JSON])?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, rest) = rest.split_first_chunk::<12>()?;
        let (text, tag) = rest.split_last_chunk::<TAG>()?;
        Some(Self {
            number: u32::from_be_bytes(*number),
            nonce: Nonce::from(*nonce),
            text,
            tag: Tag::from(*tag),
        })
    }
}

/// Decrypts the text in its place.
fn decrypt_within(
    keys: &Keys,
    execution: &ExecutionId,
    (number, nonce, tag): (u32, &Nonce<U12>, &Tag),
    text: &mut [u8],
) -> Result<(), StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    // Where there is another key to encrypt with, it is this payload alone that names one which is no more, or never was.
    let cipher: &Cipher = keys.cipher(number).ok_or_else(|| match keys.active() {
        Some(_) => damaged(),
        None => StoreError::KeysDestroyed,
    })?;
    let bound_to = bound_to(number, keys.organization(), execution);
    cipher
        .decrypt_inout_detached(nonce, &bound_to, text.into(), tag)
        .map_err(|_| damaged())
}

/// Encrypts what follows the head, fills in the head, and appends the tag.
fn encrypt(keys: &Keys, execution: &ExecutionId, sealed: &mut Vec<u8>) -> Result<(), StoreError> {
    let (number, cipher) = keys.encrypting()?;
    let nonce: [u8; 12] = rand::rng().random();
    sealed[0] = AES_256_GCM_ZSTD_JSON;
    sealed[1..NUMBER_END].copy_from_slice(&number.to_be_bytes());
    sealed[NUMBER_END..HEAD].copy_from_slice(&nonce);
    let bound_to = bound_to(number, keys.organization(), execution);
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(nonce), &bound_to, (&mut sealed[HEAD..]).into())
        .map_err(|_| StoreError::DamagedPayload(execution.to_string()))?;
    sealed.extend_from_slice(&tag);
    Ok(())
}

/// What a payload is bound to: under any other of these it does not open.
fn bound_to(number: u32, organization: OrganizationId, execution: &ExecutionId) -> Vec<u8> {
    [
        &[AES_256_GCM_ZSTD_JSON][..],
        &number.to_be_bytes(),
        &organization.0.to_be_bytes(),
        execution.as_str().as_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORGANIZATION: OrganizationId = OrganizationId(1);

    fn id(text: &str) -> ExecutionId {
        text.parse().unwrap()
    }

    fn payload(text: &str) -> Payload {
        Payload {
            output_text: Some(text.to_owned()),
            ..Payload::default()
        }
    }

    fn plain(payload: &Payload) -> Vec<u8> {
        let json = serde_json::to_vec(payload).unwrap();
        [&[ZSTD_JSON][..], &zstd::bulk::compress(&json, LEVEL).unwrap()].concat()
    }

    fn is_damaged<T>(opened: Result<T, StoreError>) -> bool {
        matches!(opened, Err(StoreError::DamagedPayload(_)))
    }

    #[test]
    fn what_is_sealed_for_one_execution_opens_for_no_other() {
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        let sealed = seal(&keys, &id("exec_a"), &payload("text")).unwrap();
        assert_eq!(
            open(&keys, &id("exec_a"), sealed.clone()).unwrap(),
            payload("text")
        );
        assert!(is_damaged(open(&keys, &id("exec_b"), sealed.clone())));
        assert!(is_damaged(reseal(
            &keys,
            &Keys::fresh(ORGANIZATION, &[2]),
            &id("exec_b"),
            &sealed
        )));
    }

    #[test]
    fn the_key_is_not_all_that_tells_organizations_apart() {
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        let sealed = seal(&keys, &id("exec_a"), &payload("text")).unwrap();
        let same_key = Keys::renamed(&keys, OrganizationId(2));
        assert!(is_damaged(open(&same_key, &id("exec_a"), sealed.clone())));
    }

    #[test]
    fn every_byte_counts() {
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        let sealed = seal(&keys, &id("exec_a"), &payload("text")).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(open(&keys, &id("exec_a"), changed).is_err(), "byte {index}");
            assert!(
                open(&keys, &id("exec_a"), sealed[..index].to_vec()).is_err(),
                "{index} bytes"
            );
        }
    }

    #[test]
    fn nothing_is_encrypted_alike_twice_and_no_text_shows() {
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        let seal = || seal(&keys, &id("exec_a"), &payload("a secret text")).unwrap();
        assert_ne!(seal(), seal());
        assert!(!seal().windows(6).any(|bytes| bytes == b"secret"));
    }

    #[test]
    fn a_payload_comes_under_the_active_key_once() {
        let before = Keys::fresh(ORGANIZATION, &[1, 2]).reencrypting();
        let after = Keys::fresh(ORGANIZATION, &[3]);
        for sealed in [
            plain(&payload("text")),
            seal(&before, &id("exec_a"), &payload("text")).unwrap(),
        ] {
            assert_eq!(
                open(&before, &id("exec_a"), sealed.clone()).unwrap(),
                payload("text")
            );
            let again = reseal(&before, &after, &id("exec_a"), &sealed).unwrap().unwrap();
            assert_eq!(key_number(&again), Some(3));
            assert_eq!(
                open(&after, &id("exec_a"), again.clone()).unwrap(),
                payload("text")
            );
            assert!(is_damaged(open(&before, &id("exec_a"), again.clone())));
            let none = Keys::fresh(ORGANIZATION, &[]);
            assert!(matches!(
                open(&none, &id("exec_a"), again.clone()),
                Err(StoreError::KeysDestroyed)
            ));
            assert_eq!(reseal(&before, &after, &id("exec_a"), &again).unwrap(), None);
        }
    }

    #[test]
    fn what_was_never_encrypted_is_taken_only_while_there_may_be_such() {
        let (id, sealed) = (id("exec_a"), plain(&payload("text")));
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        assert!(is_damaged(open(&keys, &id, sealed.clone())));
        assert!(is_damaged(reseal(&keys, &keys, &id, &sealed)));
        let keys = keys.reencrypting();
        assert_eq!(open(&keys, &id, sealed.clone()).unwrap(), payload("text"));
        assert!(reseal(&keys, &keys, &id, &sealed).unwrap().is_some());
    }

    #[test]
    fn how_large_it_is_is_known_before_it_is_unpacked() {
        let keys = Keys::fresh(ORGANIZATION, &[1]);
        for length in [3, AT_ONCE + 3] {
            let payload = payload(&"a\n".repeat(length));
            let sealed = seal(&keys, &id("exec_a"), &payload).unwrap();
            let packed = decrypt(&keys, &id("exec_a"), sealed).unwrap();
            assert_eq!(packed.size(), serde_json::to_vec(&payload).unwrap().len());
            assert_eq!(packed.unpack::<Payload>().unwrap(), payload);
        }
    }

    #[test]
    fn what_does_not_tell_its_size_counts_as_the_largest_and_what_is_larger_does_not_open() {
        let keys = Keys::fresh(ORGANIZATION, &[1]).reencrypting();
        let untold = |payload: &Payload| {
            let json = serde_json::to_vec(payload).unwrap();
            let mut encoder = zstd::stream::Encoder::new(vec![ZSTD_JSON], LEVEL).unwrap();
            std::io::copy(&mut &*json, &mut encoder).unwrap();
            encoder.finish().unwrap()
        };
        let packed = decrypt(&keys, &id("exec_a"), untold(&payload("text"))).unwrap();
        assert_eq!(packed.size(), LARGEST);
        assert_eq!(packed.unpack::<Payload>().unwrap(), payload("text"));
        let too_large = payload(&"a".repeat(MOST_UNPACKED));
        assert!(is_damaged(open(&keys, &id("exec_a"), untold(&too_large))));
        assert!(is_damaged(open(&keys, &id("exec_a"), plain(&too_large))));
    }

    proptest! {
        #[test]
        fn a_payload_survives(text in proptest::option::of("\\PC{0,400}"), temperature in proptest::option::of(-1e9..1e9)) {
            let keys = Keys::fresh(ORGANIZATION, &[1]);
            let payload = Payload { output_text: text, temperature, ..Payload::default() };
            let sealed = seal(&keys, &id("exec_a"), &payload).unwrap();
            prop_assert_eq!(open(&keys, &id("exec_a"), sealed.clone()).unwrap(), payload);
        }

        #[test]
        fn what_is_no_payload_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let keys = Keys::fresh(ORGANIZATION, &[1]);
            prop_assert!(open(&keys, &id("exec_a"), bytes.clone()).is_err());
            let encrypted = [&[AES_256_GCM_ZSTD_JSON, 0, 0, 0, 1][..], &bytes].concat();
            prop_assert!(open(&keys, &id("exec_a"), encrypted).is_err());
        }
    }
}
