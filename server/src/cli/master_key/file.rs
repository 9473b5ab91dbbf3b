//! A master key in a file.

use super::text;
use crate::cli::{
    Error,
    part_file::{Meeting, PartFile},
};
use std::{
    fs::{DirBuilder, File},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};
use store::MasterKey;
use zeroize::Zeroizing;

/// The file that the databases of a user had together.
const SHARED: &str = "master.key";

/// The folder of those who name none: `agent-ledger` in `XDG_CONFIG_HOME`, else in `~/.config`.
pub fn default_folder() -> Option<PathBuf> {
    let folder = |variable| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let configuration = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(configuration.join("agent-ledger"))
}

/// The file of the key of that name in the folder: of its own, or the one that all databases of a user shared before.
pub fn of(folder: &Path, name: &str) -> PathBuf {
    let own = folder.join(format!("{name}.key"));
    let shared = folder.join(SHARED);
    let is_shared = !own.exists() && matches!(read(&shared), Ok(Some(master)) if master.name() == name);
    if is_shared { shared } else { own }
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

/// Keeps a key in a file of the folder that its owner alone can read, named by it. The file is there whole or not at all.
pub fn make(folder: &Path, master: &MasterKey) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{}.key", master.name()));
    let failed = |error| Error::io(format!("the master key {} cannot be made", path.display()), error);
    private_folder(folder).map_err(failed)?;
    // Under a name that the next start takes over, should this one be killed.
    let mut part = PartFile::begin(&folder.join(SHARED), Meeting::Wait).map_err(failed)?;
    part.file()
        .write_all(text::write(master).as_bytes())
        .map_err(failed)?;
    part.keep_as(&path).map_err(failed)?;
    Ok(path)
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
    fn a_made_key_is_its_owners_alone_and_is_found_by_its_name() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("agent-ledger");
        // What a first start left that was killed.
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("master.key.part"), "half").unwrap();
        let (one, other) = (MasterKey::fresh(), MasterKey::fresh());
        let path = make(&folder, &one).unwrap();
        assert_eq!(of(&folder, &one.name()), path);
        assert_eq!(read(&path).unwrap().unwrap().reveal(), one.reveal());
        assert!(read(&of(&folder, &other.name())).unwrap().is_none());
        std::fs::write(folder.join(SHARED), text::write(&other).as_bytes()).unwrap();
        assert_eq!(of(&folder, &other.name()), folder.join(SHARED));
        let files = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(files, 2, "nothing is left beside them");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn many_are_made_at_once() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("agent-ledger");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make(&folder, &MasterKey::fresh()).unwrap());
            }
        });
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 8);
    }
}
