//! `key create`, `key list`, `key rotate`, `key revoke`.

pub mod create;
pub mod list;
pub mod revoke;
pub mod rotate;

use super::Error;
use domain::{ApiKeyId, ApiKeyToken, FieldError};

/// The key that somebody names: by its public half, as `key list` shows it, or by the whole key.
fn named(text: &str) -> Result<ApiKeyId, Error> {
    if let Ok(token) = text.parse::<ApiKeyToken>() {
        return Ok(token.public);
    }
    text.parse().map_err(|_| {
        Error::refused(
            "a key is named by its public half, the part after `al_`; `agent-ledger key list` shows it",
        )
    })
}

/// What is wrong with the value of a flag.
fn wrong_flag(flag: &str, error: &FieldError) -> Error {
    Error::refused(format!("{flag} {}", error.detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_either_half_of_what_its_holder_has() {
        for text in ["4fJx0Qm2", "al_4fJx0Qm2_c81yVbT6c81yVbT6"] {
            assert_eq!(named(text).unwrap().as_str(), "4fJx0Qm2");
        }
        assert!(
            !named("no such/key")
                .unwrap_err()
                .to_string()
                .contains("no such/key")
        );
    }
}
