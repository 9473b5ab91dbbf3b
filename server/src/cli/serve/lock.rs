//! One server for one SQLite file: two would not tell each other what they record.

use crate::cli::Error;
use std::fs::{File, TryLockError};

/// Holds the database for this server as long as the answer lives; the system frees it when the process ends.
pub fn hold(url: &str) -> Result<Option<File>, Error> {
    let Some(path) = sqlite_file(url) else {
        return Ok(None);
    };
    let name = format!("{path}.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| Error::io(&name, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Error::refused(format!(
            "another server uses {path}; stop it, or name another database with --database-url"
        ))),
        Err(TryLockError::Error(error)) => Err(Error::io(name, error)),
    }
}

/// The file of a SQLite URL. A database in memory has none.
pub fn sqlite_file(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or_default();
    (!path.is_empty() && !path.contains(":memory:")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_refused_until_the_first_has_gone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("a.db").display());
        let first = hold(&url).unwrap();
        assert!(first.is_some());
        let refusal = hold(&url).unwrap_err().to_string();
        assert!(refusal.starts_with("another server uses "), "{refusal}");
        drop(first);
        assert!(hold(&url).unwrap().is_some());
    }

    #[test]
    fn postgres_needs_no_lock() {
        assert!(hold("postgres://localhost/ledger").unwrap().is_none());
    }
}
