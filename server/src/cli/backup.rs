//! `backup`.

use super::{
    Error, GlobalArgs, answer,
    config::hide_password,
    master_key::{self, Whose},
    part_file::{Meeting, PartFile, folder},
};
use crate::clock;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use store::{Lock, StoreError, sqlite_file};

/// What `backup` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes the database as it is at one moment into FILE, while the server runs, checks what it wrote, and prints its name. \
FILE takes the place of an older one once it is whole, and is readable by its owner alone. The master key is not in it: \
without it no backup can be read, so keep a copy of it, apart from the backups. `agent-ledger restore FILE` brings it \
back. For PostgreSQL it names the command to use instead.")]
pub struct Args {
    /// File to write. With --keep, the beginning of its name: FILE-20261130T120000Z.db.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write a dated file beside those of before, and remove all but the newest COUNT of them.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    keep: Option<u32>,
}

/// Writes a backup and prints its name.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let url = global.database_url();
    let place = master_key::find(&global.master_key, Whose::Database(url))
        .await?
        .place;
    let Some(database) = sqlite_file(url) else {
        return Err(instead(url, &args.file, &place));
    };
    if !database.exists() {
        return Err(StoreError::NoDatabase(database.display().to_string()).into());
    }
    let now = clock::now();
    let file = match args.keep {
        Some(_) => dated(&args.file, &now.format("%Y%m%dT%H%M%SZ").to_string())?,
        None => args.file.clone(),
    };
    check_target(&file, &database)?;
    write(url, &file).await?;
    let shown = std::path::absolute(&file).unwrap_or_else(|_| file.clone());
    match store::note_backup(url, &shown.display().to_string(), now).await {
        // Of another version than this program: its tables may not know of backups.
        Err(StoreError::OlderSchema { .. } | StoreError::NewerSchema { .. }) => {}
        Err(error) => {
            eprintln!(
                "agent-ledger: the backup is whole, but `agent-ledger doctor` will not know of it: {error}"
            );
        }
        Ok(()) => {}
    }
    if let Some(keep) = args.keep {
        remove_older(&args.file, keep as usize)?;
    }
    eprintln!(
        "agent-ledger: the master key is not in the backup; keep a copy of that of {place}, apart from it"
    );
    answer(file.display())
}

/// Writes the file whole, checks it, and lets it take its name.
async fn write(url: &str, file: &Path) -> Result<(), Error> {
    let failed = |error| Error::io(format!("the backup {}", file.display()), error);
    let part = PartFile::begin(file, Meeting::Refuse).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => Error::refused(format!(
            "another backup to {} is under way; wait for it, or name another file",
            file.display()
        )),
        io::ErrorKind::NotFound => Error::refused(format!(
            "there is no folder {}: make it first, or name a file elsewhere",
            folder(file).display()
        )),
        _ => failed(error),
    })?;
    store::write_backup(url, part.path()).await.map_err(|error| match error {
        StoreError::DamagedDatabase => Error::refused(format!(
            "{} is damaged and cannot be backed up; older backups stay as they are: bring one back with `agent-ledger \
             restore`",
            hide_password(url)
        )),
        error => Error::refused(format!("the backup {} was not written: {error}", file.display())),
    })?;
    let examined = store::examine(part.path(), None).await;
    examined.map_err(|unfit| {
        Error::refused(format!(
            "the backup {} was not kept, since {unfit}; see that the disk is well, and try again",
            file.display()
        ))
    })?;
    part.keep().map_err(failed)
}

/// Refuses to write over the database itself, or what belongs to it.
fn check_target(file: &Path, database: &Path) -> Result<(), Error> {
    let is_folder = file.is_dir();
    if is_folder || file.file_name().is_none() {
        return Err(Error::refused(format!(
            "{} is a folder: name a file in it, such as {}",
            file.display(),
            file.join("ledger-backup.db").display()
        )));
    }
    let real = |path: &Path| {
        let folder = fs::canonicalize(folder(path)).ok()?;
        Some(fs::canonicalize(path).unwrap_or_else(|_| folder.join(path.file_name().unwrap_or_default())))
    };
    let belongs = ["", "-wal", "-shm", "-journal", ".lock"]
        .iter()
        .any(|end| real(&with_end(database, end)).is_some_and(|path| Some(path) == real(file)));
    match belongs {
        true => Err(Error::refused(format!(
            "{} belongs to the database itself; name another file, best on another disk",
            file.display()
        ))),
        false => Ok(()),
    }
}

/// A path with something behind its name.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// `FILE-TIME.db`.
fn dated(stem: &Path, time: &str) -> Result<PathBuf, Error> {
    if stem.file_name().is_none() || stem.to_string_lossy().ends_with('/') {
        return Err(Error::refused(format!(
            "with --keep, FILE is the beginning of a file's name, such as {}",
            stem.join("ledger").display()
        )));
    }
    Ok(with_end(stem, &format!("-{time}.db")))
}

/// Removes all but the newest of the dated files.
fn remove_older(stem: &Path, keep: usize) -> Result<(), Error> {
    let folder = folder(stem);
    let failed = |error| Error::io(format!("older backups in {}", folder.display()), error);
    let beginning = stem
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut found: Vec<String> = fs::read_dir(folder)
        .map_err(failed)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.strip_prefix(&beginning).is_some_and(is_date))
        .collect();
    found.sort_unstable();
    let old = found.len().saturating_sub(keep);
    for name in &found[..old] {
        fs::remove_file(folder.join(name)).map_err(failed)?;
    }
    Ok(())
}

/// Whether that is what `dated` puts behind a stem.
fn is_date(end: &str) -> bool {
    const LIKE: &str = "-00000000T000000Z.db";
    end.len() == LIKE.len()
        && end.bytes().zip(LIKE.bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            like => byte == like,
        })
}

/// What to use on PostgreSQL.
fn instead(url: &str, file: &Path, place: &str) -> Error {
    Error::refused(format!(
        "PostgreSQL has its own: pg_dump --format=custom --file='{}' --dbname='{}' (the password by PGPASSWORD or \
         ~/.pgpass), which pg_restore --clean --if-exists --single-transaction brings back; keep the master key of {place} \
         too, apart from it",
        file.display(),
        without_password(url)
    ))
}

/// The URL for a command line that others can read.
pub(super) fn without_password(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|mut url| url.set_password(None).ok().map(|()| hide_password(url.as_str())))
        .unwrap_or_else(|| hide_password(url))
}

/// Refuses a file that a master key does not open.
pub(super) fn check_lock(lock: Lock, place: &str, file: &Path) -> Result<(), Error> {
    match lock {
        Lock::Refuses => Err(Error::refused(format!(
            "{} is encrypted under another master key than that of {place}: name the one of its time with {}",
            file.display(),
            master_key::SETTINGS
        ))),
        Lock::Untried => Err(Error::refused(format!(
            "{} is encrypted, and its master key is not in {place}: bring it, and name it with {}",
            file.display(),
            master_key::SETTINGS
        ))),
        Lock::Opens | Lock::New | Lock::Unknown => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dated_files_of_the_same_stem_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let stem = folder.path().join("ledger");
        let names = [
            "ledger-20261128T120000Z.db",
            "ledger-20261129T120000Z.db",
            "ledger-20261130T120000Z.db",
            "ledger-2026113dT120000Z.db",
            "ledger-20261101T120000Z.db.old",
            "ledger-eu-20261101T120000Z.db",
            "ledger.db",
        ];
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_older(&stem, 1).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort_unstable();
        let mut expected: Vec<_> = names[2..].iter().map(|name| (*name).to_owned()).collect();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}
