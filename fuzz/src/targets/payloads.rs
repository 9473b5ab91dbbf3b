//! What rests in the database: sealed payloads, wrapped keys, rows of the event log.

use domain::{ExecutionId, ExecutionSummary, OrganizationId, Payload};
use store::{MasterKey, fuzzing as door};

const ORGANIZATION: OrganizationId = OrganizationId(7);

/// The input as a stored payload, a wrapped key and a row, and as the JSON of a payload that is sealed. What opens, opens
/// the same under another key; what was changed by one bit does not open.
pub fn run(input: &[u8]) {
    let master = MasterKey::from([7; 32]);
    assert!(
        door::unwrap(&master, ORGANIZATION, 1, input).is_err(),
        "a forged key"
    );
    let keys = |number| {
        let wrapped = door::wrap_fresh(&master, ORGANIZATION, number)?;
        door::unwrap(&master, ORGANIZATION, number, &wrapped)
    };
    let (Ok(keys), Ok(others), Ok(id)) = (keys(1), keys(2), ExecutionId::try_from("exec_1".to_owned()))
    else {
        unreachable!("a key that was wrapped is unwrapped");
    };

    let opened = door::open(&keys, &id, input.to_vec());
    let number = door::key_number(input);
    assert!(opened.is_err() || number.is_none(), "a forged payload");
    if let Ok(payload) = &opened {
        let moved = door::reseal(&keys, &others, &id, input)
            .ok()
            .flatten()
            .unwrap_or_default();
        assert_eq!(door::key_number(&moved), Some(2));
        assert_eq!(
            door::open(&others, &id, moved.clone()).ok().as_ref(),
            Some(payload)
        );
    }

    if let Ok(payload) = serde_json::from_slice::<Payload>(input) {
        let mut sealed = door::seal(&keys, &id, &payload).unwrap_or_default();
        assert_eq!(door::open(&keys, &id, sealed.clone()).ok(), Some(payload));
        assert!(matches!(door::reseal(&keys, &keys, &id, &sealed), Ok(None)));
        assert!(sealed.len() < 200 + 2 * input.len(), "grew");
        let place = input.len() * 31 % sealed.len().max(1);
        if let Some(byte) = sealed.get_mut(place) {
            *byte ^= 1;
        }
        assert!(
            door::open(&keys, &id, sealed.clone()).is_err(),
            "byte {place} does not count"
        );
    }

    if let Ok(row) = serde_json::from_slice::<ExecutionSummary>(input) {
        let again = serde_json::to_vec(&row).and_then(|json| serde_json::from_slice(&json));
        assert_eq!(again.ok(), Some(row));
    }
}
