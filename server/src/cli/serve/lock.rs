//! One server for one SQLite file: two would not tell each other what they record.

use crate::cli::Error;
use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
};
use store::sqlite_file;

/// Holds the database for this server as long as the answer lives; the system frees it when the process ends. A SQLite
/// file is made where there is none, empty.
///
/// # Errors
/// Another server has it, or the file has another name besides.
pub fn hold(url: &str) -> Result<Option<File>, Error> {
    let Some(path) = sqlite_file(url) else {
        return Ok(None);
    };
    store::make_private(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::refused(format!(
            "{} cannot be made, since its folder is not there: make that first, or name another with --database-url",
            path.display()
        )),
        _ => Error::io(path.display().to_string(), error),
    })?;
    hold_file(&path).map(Some)
}

/// Holds a SQLite file, which need not be there. The lock lies beside the file itself, whatever links lead to it.
///
/// # Errors
/// As `hold`.
pub fn hold_file(path: &Path) -> Result<File, Error> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    refuse_second_name(&real)?;
    let mut name = real.into_os_string();
    name.push(".lock");
    let shown = Path::new(&name).display();
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(&name)
        .map_err(|error| Error::io(shown.to_string(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::refused(format!(
            "another server uses {}; stop it, or name another database with --database-url",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Error::io(shown.to_string(), error)),
    }
}

/// A file with two names would have a log for each, and SQLite would damage it.
fn refuse_second_name(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let Ok(file) = fs::metadata(path)
            && file.nlink() > 1
        {
            return Err(Error::refused(format!(
                "{} has {} names (hard links), and SQLite damages a database that is opened by two: remove the others \
                 (`find FOLDER -samefile {}` finds them), or make symbolic links of them",
                path.display(),
                file.nlink(),
                path.display()
            )));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
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

    #[cfg(unix)]
    #[test]
    fn it_is_the_same_file_however_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let url = |name: &str| format!("sqlite://{}", path(name).display());
        fs::create_dir(path("b")).unwrap();
        std::os::unix::fs::symlink(path("a.db"), path("link.db")).unwrap();
        std::os::unix::fs::symlink(folder.path(), path("folder")).unwrap();
        let first = hold(&url("link.db")).unwrap();
        assert!(path("a.db").exists());
        for name in ["a.db", "link.db", "b/../a.db", "./a.db", "folder/a.db"] {
            let refusal = hold(&url(name)).unwrap_err().to_string();
            assert!(refusal.starts_with("another server uses "), "{name}: {refusal}");
        }
        drop(first);
        fs::hard_link(path("a.db"), path("b/hard.db")).unwrap();
        let refusal = hold(&url("b/hard.db")).unwrap_err().to_string();
        assert!(refusal.contains("hard links"), "{refusal}");
    }

    #[test]
    fn postgres_needs_no_lock() {
        assert!(hold("postgres://localhost/ledger").unwrap().is_none());
    }
}
