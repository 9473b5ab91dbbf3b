//! Providers repeat keys in their errors: whatever is a secret, or looks like one, is masked before anybody reads it.

use crate::secret::Secret;
use std::borrow::Cow;

/// What stands in the place of a secret.
const MASKED: &str = "[masked]";
/// Secrets that are shorter are parts of ordinary words, and stay.
const MIN_SECRET: usize = 6;
/// From how many characters on a mixture of letters of both cases and digits counts as a key.
const MIN_MIXTURE: usize = 32;
/// How keys of well-known services begin.
const PREFIXES: [&str; 14] = [
    "sk-", "sk_", "pk-", "rk_", "AIza", "AQ.", "ya29.", "gsk_", "xai-", "pplx-", "hf_", "r8_", "nvapi-",
    "eyJ",
];

/// Masks the secrets of one endpoint, and all that looks like a key.
#[derive(Debug, Clone, Default)]
pub struct Mask(Vec<Secret>);

impl Mask {
    /// Masks these secrets, the longest first, so that one within another leaves nothing of it.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let long = secrets
            .into_iter()
            .filter(|secret| secret.expose().len() >= MIN_SECRET);
        let mut secrets: Vec<Secret> = long.collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self(secrets)
    }

    /// The text without secrets.
    pub fn apply(&self, text: &str) -> String {
        let known = self.0.iter().fold(Cow::Borrowed(text), |text, secret| {
            if text.contains(secret.expose()) {
                Cow::Owned(text.replace(secret.expose(), MASKED))
            } else {
                text
            }
        });
        let mut masked = String::with_capacity(known.len());
        for word in known.split_inclusive(|letter| !is_of_key(letter)) {
            let key = word.trim_end_matches(|letter| letter == '.' || !is_of_key(letter));
            masked.push_str(if is_key(key) { MASKED } else { key });
            masked.push_str(&word[key.len()..]);
        }
        masked
    }
}

/// Letters of keys, and the stars by which providers mask a part of one.
fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_.*".contains(letter)
}

fn is_key(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().filter(is).count();
    let is_mixed = word.len() >= MIN_MIXTURE
        && has(char::is_ascii_digit) >= 2
        && has(char::is_ascii_uppercase) >= 2
        && has(char::is_ascii_lowercase) >= 2;
    let begins_as_key = PREFIXES.iter().any(|prefix| {
        word.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= MIN_SECRET)
    });
    is_mixed || begins_as_key || word.contains("***")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_go_and_words_stay() {
        let mask = Mask::new([Secret::new("my own secret".into()), Secret::new("abc".into())]);
        for (text, masked) in [
            (
                "Incorrect API key provided: sk-proj-ab***9xyz.",
                "Incorrect API key provided: [masked].",
            ),
            ("header my own secret, abc", "header [masked], abc"),
            (
                "Bearer eyJhbGciOiJIUzI1NiJ9.e30 expired",
                "Bearer [masked] expired",
            ),
            ("key AIzaSyA0123456789 is bad", "key [masked] is bad"),
            ("(a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6)", "([masked])"),
            (
                "claude-sonnet-4-5-20250929-thinking-preview",
                "claude-sonnet-4-5-20250929-thinking-preview",
            ),
            (
                "sk-. is no key; risk-free, ask-me",
                "sk-. is no key; risk-free, ask-me",
            ),
        ] {
            assert_eq!(mask.apply(text), masked);
        }
    }

    proptest! {
        #[test]
        fn a_secret_is_gone_from_whatever_text(
            before in ".{0,20}", secret in "[A-Za-z0-9+/=_-]{6,60}", after in ".{0,20}"
        ) {
            let mask = Mask::new([Secret::new(secret.clone())]);
            let masked = mask.apply(&format!("{before}{secret}{after}"));
            prop_assert!(!masked.replace(MASKED, "\u{0}").contains(&secret), "{}", masked);
        }
    }
}
