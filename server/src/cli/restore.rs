//! `restore`.

use super::{
    Error, GlobalArgs, answer,
    backup::{check_lock, with_end, without_password},
    master_key::{self, Whose},
    part_file::{Meeting, PartFile, folder, sync_folder},
    serve::lock,
};
use crate::clock;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use store::sqlite_file;

/// What belongs to a SQLite database: its log, and what indexes that.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// What `restore` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Puts a backup in the place of the database, which must not be in use: stop the server first. FILE is checked before \
anything is changed (it is whole, of this program and no newer version, and the master key opens it); the database of \
before is moved aside, with its log, and its new name is printed. Where the backup does not open in its place, all is as \
before. FILE stays where it is. For PostgreSQL it names the command to use instead.")]
pub struct Args {
    /// Backup to put in the database's place, as `agent-ledger backup` writes it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Puts a backup in the database's place, and prints where the old one is, if there was one.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let url = global.database_url();
    let file = &args.file;
    let Some(database) = sqlite_file(url) else {
        let place = master_key::find(&global.master_key, Whose::Database(url))
            .await?
            .place;
        return Err(Error::refused(format!(
            "PostgreSQL has its own: stop every server, then pg_restore --clean --if-exists --no-owner \
             --single-transaction --dbname='{}' '{}' (the password by PGPASSWORD or ~/.pgpass), of what pg_dump \
             --format=custom wrote; servers need the master key of its time, which is looked for in {place}",
            without_password(url),
            file.display()
        )));
    };
    // Where the name is a link, what it leads to is meant.
    let database = fs::canonicalize(&database).unwrap_or(database);
    if same(file, &database) {
        return Err(Error::refused(format!(
            "{} is the database itself; name a backup of it",
            file.display()
        )));
    }
    let _lock = lock::hold_file(&database)?;
    if let Some(process) = user_of(&database) {
        return Err(Error::refused(format!(
            "process {process} uses {}; stop it first (`ps -p {process}` tells what it is)",
            database.display()
        )));
    }
    let part = copy(file, &database)?;
    let found = master_key::find(&global.master_key, Whose::File(part.path())).await?;
    let key = found.key?;
    let examined = store::examine(part.path(), key.as_ref()).await;
    let log = with_end(part.path(), "-wal");
    let has_log = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    let _ = fs::remove_file(log);
    let _ = fs::remove_file(with_end(part.path(), "-shm"));
    let examined = examined.map_err(|unfit| {
        Error::refused(format!(
            "{} is not restored, since {unfit}; nothing was changed, name another backup",
            file.display()
        ))
    })?;
    // Whoever closes a database last takes its log in; where that failed, what is in it would be lost.
    if has_log {
        return Err(Error::refused(format!(
            "{} is not restored, since its log could not be taken in; nothing was changed, try once more",
            file.display()
        )));
    }
    check_lock(examined.lock, &found.place, file)?;
    let aside = with_end(
        &database,
        &format!(".before-{}", clock::now().format("%Y%m%dT%H%M%SZ")),
    );
    let moved = Moved::aside(&database, &aside)?;
    let opened = match part.keep() {
        Ok(()) => match master_key::make(url, &global.master_key).await {
            Ok(store) => {
                store.close().await;
                Ok(())
            }
            Err(error) => Err(error),
        },
        Err(error) => Err(Error::io(database.display().to_string(), error)),
    };
    if let Err(error) = opened {
        moved.back()?;
        return Err(Error::refused(format!(
            "{} does not open in the place of {}, so all is as before: {error}",
            file.display(),
            database.display()
        )));
    }
    eprintln!(
        "agent-ledger: {} is restored from {}, with {} executions; start the server",
        database.display(),
        file.display(),
        examined.executions
    );
    match moved.pairs.is_empty() {
        true => Ok(()),
        false => answer(aside.display()),
    }
}

/// Copies the backup beside the database. A log beside it belongs to it and is copied too.
fn copy(file: &Path, database: &Path) -> Result<PartFile, Error> {
    let shown = file.display();
    let mut source = File::open(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::refused(format!("there is no backup {shown}; name one that is there"))
        }
        _ => Error::io(shown.to_string(), error),
    })?;
    if source.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::refused(format!(
            "{shown} is a folder; name the backup in it"
        )));
    }
    let failed = |error| {
        Error::io(
            format!("a copy of {shown} in {}", folder(database).display()),
            error,
        )
    };
    let mut part = PartFile::begin(database, Meeting::Refuse).map_err(failed)?;
    io::copy(&mut source, part.file()).map_err(failed)?;
    let log = with_end(file, "-wal");
    let copied = with_end(part.path(), "-wal");
    match log.exists() {
        true => fs::copy(&log, &copied).map(drop).map_err(failed)?,
        // One that a killed restore left.
        false => drop(fs::remove_file(&copied)),
    }
    Ok(part)
}

fn same(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A process that has the database open, by the lock that SQLite holds on a file with a log.
#[cfg(unix)]
fn user_of(database: &Path) -> Option<i32> {
    use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};
    /// Where SQLite's locks of a file begin, and how many bytes they have.
    const LOCKS: (u64, u64) = (0x4000_0000, 512);
    let file = File::open(database).ok()?;
    let mut wanted = Flock::from(FlockType::WriteLock);
    (wanted.start, wanted.length) = LOCKS;
    wanted.offset_type = FlockOffsetType::Set;
    let held = fcntl_getlk(&file, &wanted).ok()??;
    held.pid.map(|process| process.as_raw_nonzero().get())
}

#[cfg(not(unix))]
fn user_of(_: &Path) -> Option<i32> {
    None
}

/// A database that was moved, from where to where.
struct Moved {
    pairs: Vec<(PathBuf, PathBuf)>,
    database: PathBuf,
}

impl Moved {
    /// Moves a database with what belongs to it, whatever of it is there: all or nothing.
    fn aside(database: &Path, aside: &Path) -> Result<Self, Error> {
        let mut moved = Self {
            pairs: Vec::new(),
            database: database.to_owned(),
        };
        for end in PARTS {
            let (from, to) = (with_end(database, end), with_end(aside, end));
            match fs::rename(&from, &to) {
                Ok(()) => moved.pairs.push((from, to)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    moved.back()?;
                    return Err(Error::io(
                        format!("{} cannot be moved aside", from.display()),
                        error,
                    ));
                }
            }
        }
        sync_folder(database);
        Ok(moved)
    }

    /// Moves it back, in the place of what is there now.
    fn back(self) -> Result<(), Error> {
        for end in PARTS {
            match fs::remove_file(with_end(&self.database, end)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io(self.database.display().to_string(), error));
                }
                _ => {}
            }
        }
        for (from, to) in &self.pairs {
            fs::rename(to, from).map_err(|error| {
                Error::io(
                    format!("the old database is {}, and cannot be moved back", to.display()),
                    error,
                )
            })?;
        }
        sync_folder(&self.database);
        Ok(())
    }
}
