//! Passwords: argon2id, computed off the async threads, a few at a time.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Shortest password, in characters.
pub const MIN_LENGTH: usize = 12;
/// Longest password, in bytes.
pub const MAX_LENGTH: usize = 1_024;

/// How many hashes are computed at once: each takes 19 MiB.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Checked where nobody has the address that was given, so that it takes as long as for somebody.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| compute("nobody's password").ok());

/// Why a password has no hash.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("the password must have at least {MIN_LENGTH} characters and at most {MAX_LENGTH} bytes")]
    Length,
    /// It could not be computed.
    #[error("the password could not be hashed")]
    Failed,
}

/// The argon2id hash of a password as a PHC string. Takes tens of milliseconds of one core.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_LENGTH || password.len() > MAX_LENGTH {
        return Err(PasswordError::Length);
    }
    compute(password)
}

fn compute(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| PasswordError::Failed)
}

/// As `hash`, without holding up an async thread.
pub async fn hash_aside(password: String) -> Result<String, PasswordError> {
    aside(move || hash(&password))
        .await
        .unwrap_or(Err(PasswordError::Failed))
}

/// Whether the password has that hash, without holding up an async thread. Without a hash the answer is no, and takes
/// as long.
pub async fn verify_aside(password: String, hash: Option<String>) -> bool {
    aside(move || verify(&password, hash.as_deref()))
        .await
        .unwrap_or(false)
}

fn verify(password: &str, hash: Option<&str>) -> bool {
    let Some(parsed) = hash
        .or(NOBODY.as_deref())
        .and_then(|hash| PasswordHash::new(hash).ok())
    else {
        return false;
    };
    let same = password.len() <= MAX_LENGTH
        && Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
    same && hash.is_some()
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _turn = TURNS.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let hash = hash_aside("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(verify_aside("correct horse".into(), Some(hash.clone())).await);
        assert!(!verify_aside("wrong horse".into(), Some(hash)).await);
        assert!(!verify_aside("nobody's password".into(), None).await);
    }

    #[test]
    fn a_short_password_is_refused() {
        assert!(matches!(hash("short words"), Err(PasswordError::Length)));
        assert!(matches!(
            hash(&"x".repeat(MAX_LENGTH + 1)),
            Err(PasswordError::Length)
        ));
    }
}
