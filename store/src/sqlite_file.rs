//! The file of a SQLite database.

use crate::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The file that a SQLite URL names, there or not; `None` for another kind of database, and for a URL that cannot be read.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || is_in_memory(url) {
        return None;
    }
    let options = SqliteConnectOptions::from_str(url).ok()?;
    Some(options.get_filename().to_owned())
}

/// Whether a SQLite URL names no file: each connection would have a database of its own.
pub(crate) fn is_in_memory(url: &str) -> bool {
    let rest = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let (name, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    name.is_empty() || name == ":memory:" || parameters.split('&').any(|one| one == "mode=memory")
}

/// Makes the file, empty and its owner's alone, where there is none. SQLite gives its log the same mode.
///
/// # Errors
/// The folder is not there, or may not be written to.
pub fn make_private(path: &Path) -> io::Result<()> {
    // One that is there is not opened: to close it again would drop the locks that SQLite may have on it.
    if path.exists() {
        return Ok(());
    }
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A file of a name, and which it was at first.
#[derive(Debug)]
pub(crate) struct Watched {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl Watched {
    /// The file of the URL, if it names one.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let path = fs::canonicalize(sqlite_file(url)?).ok()?;
        let identity = identity(&path);
        Some(Self { path, identity })
    }

    /// Whether the name still leads to the same file. It is looked at from outside alone: to close another descriptor of
    /// the file would drop SQLite's locks.
    pub(crate) fn is_in_place(&self) -> bool {
        identity(&self.path) == self.identity
    }
}

/// Device and inode. Where the system has none, whether it is there.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some((0, 0))
    }
}

/// Where a SQLite URL names a database in memory, the refusal.
pub(crate) fn refuse_memory(url: &str) -> Result<(), StoreError> {
    match url.starts_with("sqlite:") && is_in_memory(url) {
        true => Err(StoreError::InMemory),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_or_none() {
        for (url, file) in [
            ("sqlite://a.db", Some("a.db")),
            ("sqlite:a.db?mode=rwc", Some("a.db")),
            ("sqlite:///x/a%20b.db", Some("/x/a b.db")),
            ("sqlite://:memory:", None),
            ("sqlite::memory:", None),
            ("sqlite://a.db?mode=memory", None),
            ("sqlite://", None),
            ("postgres://localhost/a.db", None),
        ] {
            assert_eq!(sqlite_file(url), file.map(PathBuf::from), "{url}");
        }
    }
}
