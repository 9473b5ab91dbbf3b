//! Opaque tokens of sessions and links: random, and stored only as a hash.

use crate::TokenHash;
use rand::RngExt;
use sha2::{Digest, Sha256};
use std::fmt;

/// A fresh secret of 256 random bits. `Debug` hides it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token that nobody has seen.
    pub fn fresh() -> Self {
        let mut bytes = [0_u8; 32];
        rand::rng().fill(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The token itself, for the one who is to hold it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What is stored of a token that somebody presents.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}
