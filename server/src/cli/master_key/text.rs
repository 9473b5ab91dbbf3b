//! How a master key is written: 32 bytes as they are, or as base64.

use crate::cli::Error;
use base64::{Engine, engine::general_purpose::STANDARD};
use store::MasterKey;
use zeroize::Zeroizing;

/// Bytes of a master key.
const KEY: usize = 32;
/// More than any written form has; what is longer is something else.
pub const LONGEST: u64 = 1_024;

/// Reads a key; `origin` is named where it is none. The error tells nothing of what was read.
pub fn parse(written: &[u8], origin: &str) -> Result<MasterKey, Error> {
    if let Ok(bytes) = <[u8; KEY]>::try_from(written) {
        return Ok(MasterKey::from(bytes));
    }
    let decoded = STANDARD.decode(written.trim_ascii()).map(Zeroizing::new);
    decoded
        .ok()
        .and_then(|bytes| <[u8; KEY]>::try_from(&bytes[..]).ok())
        .map(MasterKey::from)
        .ok_or_else(|| {
            Error::refused(format!(
                "{origin} is no master key: it must be 32 bytes, or those as base64 (44 characters)"
            ))
        })
}

/// The key as base64, on a line.
pub fn write(master: &MasterKey) -> Zeroizing<String> {
    let mut line = Zeroizing::new(STANDARD.encode(master.reveal()));
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_the_same_key() {
        let master = MasterKey::fresh();
        let line = write(&master);
        for written in [&master.reveal()[..], line.as_bytes(), line.trim_end().as_bytes()] {
            assert_eq!(parse(written, "a").unwrap().reveal(), master.reveal());
        }
    }

    #[test]
    fn anything_else_is_refused_and_not_repeated() {
        for written in ["", "c2VjcmV0", "secret secret secret", &"c2VjcmV0".repeat(6)] {
            let refusal = parse(written.as_bytes(), "master.key").unwrap_err().to_string();
            assert!(refusal.starts_with("master.key is no master key"), "{refusal}");
            assert!(
                !refusal.contains("secret") && !refusal.contains("c2Vj"),
                "{refusal}"
            );
        }
    }
}
