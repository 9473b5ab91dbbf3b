//! A file that takes its name once it is whole. Until then it lies beside, under the same name with `.part`; what a process
//! left there that was killed is taken over by the next one.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A file that is being written, its owner's alone and empty at first. It goes when it is dropped.
pub struct PartFile {
    file: File,
    part: PathBuf,
    name: PathBuf,
}

/// What to do where another process is writing the same file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// `WouldBlock`.
    Refuse,
    /// Wait until it is done.
    Wait,
}

impl PartFile {
    /// Begins the file that is to have that name.
    pub fn begin(name: &Path, meeting: Meeting) -> io::Result<Self> {
        let mut part = name.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        loop {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&part)?;
            match (meeting, file.try_lock()) {
                (_, Ok(())) => {}
                (Meeting::Wait, Err(TryLockError::WouldBlock)) => file.lock()?,
                (Meeting::Refuse, Err(TryLockError::WouldBlock)) => {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                (_, Err(TryLockError::Error(error))) => return Err(error),
            }
            // Whoever had it may have given it its name meanwhile, or thrown it away.
            if is_still(&file, &part) {
                file.set_len(0)?;
                #[cfg(unix)]
                file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
                let name = name.to_owned();
                return Ok(Self { file, part, name });
            }
        }
    }

    /// Where it lies until it is whole.
    pub fn path(&self) -> &Path {
        &self.part
    }

    /// To be written to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives it its name, in the place of what had that name; it outlives a power loss from then on.
    pub fn keep(self) -> io::Result<()> {
        let name = self.name.clone();
        self.keep_as(&name)
    }

    /// The same by another name in the same folder.
    pub fn keep_as(self, name: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.part, name)?;
        sync_folder(name);
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if is_still(&self.file, &self.part) {
            // It is taken over by whoever comes next where it cannot be removed.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Whether the name leads to the file.
fn is_still(file: &File, name: &Path) -> bool {
    let (Ok(held), Ok(named)) = (file.metadata(), fs::metadata(name)) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (held.dev(), held.ino()) == (named.dev(), named.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = (held, named);
        true
    }
}

/// So that the names in the file's folder outlive a power loss; some systems cannot do that with a folder.
pub fn sync_folder(file: &Path) {
    let _ = File::open(folder(file)).and_then(|folder| folder.sync_all());
}

/// The folder that a file lies in.
pub fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn it_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("a");
        fs::write(folder.path().join("a.part"), "left by somebody who was killed").unwrap();
        let mut part = PartFile::begin(&name, Meeting::Refuse).unwrap();
        let met = PartFile::begin(&name, Meeting::Refuse)
            .err()
            .map(|error| error.kind());
        assert_eq!(met, Some(io::ErrorKind::WouldBlock));
        part.file().write_all(b"whole").unwrap();
        assert!(!name.exists());
        part.keep().unwrap();
        assert_eq!(fs::read(&name).unwrap(), b"whole");
        drop(PartFile::begin(&name, Meeting::Wait).unwrap());
        assert_eq!(fs::read(&name).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(name.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
