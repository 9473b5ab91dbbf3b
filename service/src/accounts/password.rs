//! Passwords: argon2id, computed off the async threads, a few at a time.

use super::hashing::{Busy, HASHING, Line, Memory};
use crate::Error;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::phc::{Output, PasswordHash, Salt},
};
use domain::access::{MAX_PASSWORD, MIN_PASSWORD};
use std::sync::OnceLock;

/// Checked where nobody has the address that was given, so that it takes as long as for somebody.
static NOBODY: OnceLock<Option<String>> = OnceLock::new();

/// The argon2id hash of a password as a PHC string. Takes tens of milliseconds of one core.
///
/// # Errors
/// `PasswordLength`.
pub fn hash(password: &str) -> Result<String, Error> {
    check_length(password)?;
    compute(password, &mut Memory::default())
}

/// As `hash`, without holding up an async thread.
///
/// # Errors
/// `PasswordLength`, and `TooMuchWaiting` at once where too many are waiting.
pub async fn hash_aside(password: String) -> Result<String, Error> {
    check_length(&password)?;
    let hashed = HASHING.turn(Line::Known, move |memory| compute(&password, memory));
    hashed.await.map_err(|_| Error::TooMuchWaiting)?
}

/// Whether a password can be chosen.
///
/// # Errors
/// `PasswordLength`.
pub fn check_length(password: &str) -> Result<(), Error> {
    if password.chars().count() < MIN_PASSWORD || password.len() > MAX_PASSWORD {
        return Err(Error::PasswordLength);
    }
    Ok(())
}

fn failed() -> Error {
    Error::Internal("a password could not be hashed".to_owned())
}

fn compute(password: &str, memory: &mut Memory) -> Result<String, Error> {
    let (argon2, salt) = (Argon2::default(), Salt::generate());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2
        .hash_password_into_with_memory(
            password.as_bytes(),
            &salt,
            &mut output,
            memory.blocks(argon2.params().block_count()),
        )
        .map_err(|_| failed())?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: argon2.params().try_into().map_err(|_| failed())?,
        salt: Some(salt),
        hash: Some(Output::new(&output).map_err(|_| failed())?),
    };
    Ok(hash.to_string())
}

/// Whether the password has that hash, without holding up an async thread. Without a hash the answer is no, and takes
/// as long.
///
/// # Errors
/// At once where too many are waiting in that line.
pub async fn verify_aside(password: String, hash: Option<String>, line: Line) -> Result<bool, Busy> {
    HASHING
        .turn(line, move |memory| verify(&password, hash.as_deref(), memory))
        .await
}

fn verify(password: &str, hash: Option<&str>, memory: &mut Memory) -> bool {
    if password.len() > MAX_PASSWORD {
        return false;
    }
    let nobody = NOBODY.get_or_init(|| compute("nobody's password", memory).ok());
    let same = hash
        .or(nobody.as_deref())
        .and_then(|hash| recompute(password, &PasswordHash::new(hash).ok()?, memory));
    same.unwrap_or(false) && hash.is_some()
}

/// Whether the same comes out by the parameters and the salt of `hash`; `None` where it has none. Outputs are compared
/// in constant time.
fn recompute(password: &str, hash: &PasswordHash, memory: &mut Memory) -> Option<bool> {
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = match hash.version {
        Some(version) => Version::try_from(version).ok()?,
        None => Version::default(),
    };
    let params = Params::try_from(hash).ok()?;
    let blocks = params.block_count();
    let argon2 = Argon2::new(algorithm, version, params);
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..expected.len())?;
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, output, memory.blocks(blocks))
        .ok()?;
    Some(Output::new(output).is_ok_and(|output| output == *expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    async fn verified(password: &str, hash: Option<&str>) -> bool {
        let hash = hash.map(str::to_owned);
        verify_aside(password.to_owned(), hash, Line::Known)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let hash = hash_aside("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verified("correct horse", Some(&hash)).await);
        assert!(!verified("wrong horse", Some(&hash)).await);
        assert!(!verified("nobody's password", None).await);
        assert!(!verified(&"x".repeat(MAX_PASSWORD + 1), Some(&hash)).await);
    }

    #[tokio::test]
    async fn the_library_means_the_same_by_a_hash() {
        let ours = hash("correct horse").unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"correct horse", ours.as_str())
                .is_ok()
        );
        for (memory, output) in [(8, 16), (30_000, 32), (19_456, 64)] {
            let params = Params::new(memory, 1, 1, Some(output)).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let theirs: PasswordHash = argon2.hash_password(b"correct horse").unwrap();
            assert!(verified("correct horse", Some(&theirs.to_string())).await);
            assert!(!verified("wrong horse!", Some(&theirs.to_string())).await);
        }
    }

    #[test]
    fn a_short_password_is_refused() {
        assert!(matches!(hash("short words"), Err(Error::PasswordLength)));
        assert!(matches!(
            hash(&"x".repeat(MAX_PASSWORD + 1)),
            Err(Error::PasswordLength)
        ));
    }
}
