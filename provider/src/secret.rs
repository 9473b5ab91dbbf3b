//! Texts that nobody may read by accident.

use std::fmt;
use zeroize::Zeroizing;

/// Shortest secret whose last letters are told, in characters.
const MIN_TOLD: usize = 16;

/// A text that is wiped from memory when it goes, and that neither `Debug` nor `Display` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, by which people tell their keys apart; `None` of a text with fewer than 16.
    pub fn last4(&self) -> Option<String> {
        let length = self.0.chars().count();
        (length >= MIN_TOLD).then(|| self.0.chars().skip(length - 4).collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::new("sk-0123456789abcdef".into());
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.last4().as_deref(), Some("cdef"));
        assert_eq!(Secret::new("0123456789abcde".into()).last4(), None);
    }
}
