//! The form in which payloads rest. One format byte, then what that format says; a further format (encryption) gets
//! a byte of its own, so that old rows stay readable.

use crate::StoreError;
use domain::{ExecutionId, OrganizationId, Payload};
use std::cell::RefCell;
use zstd::bulk::Compressor;

/// JSON, compressed with zstd.
const ZSTD_JSON: u8 = 1;
/// Fast, and within a tenth of the size of slower levels on texts of a few kilobytes.
const LEVEL: i32 = 1;

thread_local! {
    // A compression context is 600 kB: one for each thread, not for each payload.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// The payload as bytes for storage. They belong to one execution of one organization and to no other.
pub(crate) fn seal(
    _organization: OrganizationId,
    execution: &ExecutionId,
    payload: &Payload,
) -> Result<Vec<u8>, StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    let json = serde_json::to_vec(payload).map_err(|_| damaged())?;
    COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(Compressor::new(LEVEL).map_err(|_| damaged())?),
        };
        let mut sealed = vec![0; 1 + zstd::zstd_safe::compress_bound(json.len())];
        let length = compressor
            .compress_to_buffer(&json, &mut sealed[1..])
            .map_err(|_| damaged())?;
        sealed[0] = ZSTD_JSON;
        sealed.truncate(1 + length);
        sealed.shrink_to_fit();
        Ok(sealed)
    })
}

/// The payload that was sealed for this execution.
pub(crate) fn open(
    _organization: OrganizationId,
    execution: &ExecutionId,
    sealed: &[u8],
) -> Result<Payload, StoreError> {
    let damaged = || StoreError::DamagedPayload(execution.to_string());
    match sealed.split_first() {
        Some((&ZSTD_JSON, compressed)) => {
            let json = zstd::stream::decode_all(compressed).map_err(|_| damaged())?;
            serde_json::from_slice(&json).map_err(|_| damaged())
        }
        _ => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORGANIZATION: OrganizationId = OrganizationId(1);

    proptest! {
        #[test]
        fn a_payload_survives(text in proptest::option::of("\\PC{0,400}"), temperature in proptest::option::of(-1e9..1e9)) {
            let id: ExecutionId = "exec_a".parse().unwrap();
            let payload = Payload { output_text: text, temperature, ..Payload::default() };
            let sealed = seal(ORGANIZATION, &id, &payload).unwrap();
            prop_assert_eq!(open(ORGANIZATION, &id, &sealed).unwrap(), payload);
        }

        #[test]
        fn what_is_no_payload_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let id: ExecutionId = "exec_a".parse().unwrap();
            prop_assert!(open(ORGANIZATION, &id, &bytes).is_err());
        }
    }
}
