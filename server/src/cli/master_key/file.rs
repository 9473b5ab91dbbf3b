//! A master key in a file.

use super::text;
use crate::cli::Error;
use std::{
    fs::{DirBuilder, File},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};
use store::MasterKey;
use zeroize::Zeroizing;

/// The file of those who name none: `agent-ledger/master.key` in `XDG_CONFIG_HOME`, else in `~/.config`.
pub fn default_path() -> Option<PathBuf> {
    let folder = |variable| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let configuration = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(configuration.join("agent-ledger").join("master.key"))
}

/// The key in the file; none where there is no such file.
pub fn read(path: &Path) -> Result<Option<MasterKey>, Error> {
    let failed = |error| Error::io(format!("the master key {}", path.display()), error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    warn_of_readers(&file, path);
    let mut written = Zeroizing::new(Vec::with_capacity(text::LONGEST as usize));
    file.take(text::LONGEST)
        .read_to_end(&mut written)
        .map_err(failed)?;
    text::parse(&written, &path.display().to_string()).map(Some)
}

/// Tells the log where everybody on the machine can read the key.
fn warn_of_readers(file: &File, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map(|metadata| metadata.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o004 != 0) {
            let path = path.display();
            tracing::warn!(
                "everybody on this machine can read the master key: `chmod 600 {path}` changes that"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
}

/// Makes a file with a fresh key that its owner alone can read, and says whether that is the key: where another process
/// was first, its file stays and its key is meant. The file is there whole or not at all.
pub fn make(path: &Path) -> Result<(MasterKey, bool), Error> {
    let failed = |error| Error::io(format!("the master key {} cannot be made", path.display()), error);
    let folder = path
        .parent()
        .ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
    private_folder(folder).map_err(failed)?;
    let master = MasterKey::fresh();
    // A temporary file has mode 0600 from its first moment on.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text::write(&master).as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            // So that the name outlives a power loss as well; some systems cannot do that with a folder.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
            Ok((master, true))
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            let theirs = read(path)?.ok_or_else(|| failed(ErrorKind::NotFound.into()))?;
            Ok((theirs, false))
        }
        Err(error) => Err(failed(error.error)),
    }
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_key_is_its_owners_alone_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent-ledger/master.key");
        assert!(read(&path).unwrap().is_none());
        let (made, is_mine) = make(&path).unwrap();
        assert!(is_mine);
        let (again, is_mine) = make(&path).unwrap();
        assert!(!is_mine);
        assert_eq!(again.reveal(), made.reveal());
        assert_eq!(read(&path).unwrap().unwrap().reveal(), made.reveal());
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
        }
    }

    #[test]
    fn many_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent-ledger/master.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| make(&path).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(keys.iter().filter(|(_, is_mine)| *is_mine).count(), 1);
        assert!(keys.iter().all(|(key, _)| key.reveal() == keys[0].0.reveal()));
    }
}
