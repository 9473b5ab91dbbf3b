//! Where the master key comes from: a file, a variable, a command, or a file that is made at the first start.

mod command;
mod file;
pub(crate) mod text;

use super::Error;
use std::path::{Path, PathBuf};
use store::{LockedStore, MasterKey, Store, StoreError};

/// The key itself, as base64. There is no flag for it: a command line can be read by everybody on the machine.
pub const VARIABLE: &str = "AGENT_LEDGER_MASTER_KEY";

/// How the master key may be named, for sentences.
pub const SETTINGS: &str = "--master-key-file, AGENT_LEDGER_MASTER_KEY or --master-key-command";

/// Where the master key is.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct MasterKeyArgs {
    /// File with the master key that protects stored payloads: 32 bytes, or those as base64. AGENT_LEDGER_MASTER_KEY
    /// takes the base64 itself.
    /// [default: a file for each database in the folder agent-ledger of the user's configuration, made at the first start]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "AGENT_LEDGER_MASTER_KEY_FILE"
    )]
    master_key_file: Option<PathBuf>,
    /// Command of the shell that prints the master key, such as one that asks a key management service.
    #[arg(
        long,
        global = true,
        value_name = "COMMAND",
        env = "AGENT_LEDGER_MASTER_KEY_COMMAND",
        hide_env_values = true
    )]
    master_key_command: Option<String>,
}

/// Opens the database with the master key that is meant. It must be there, and of this version.
pub async fn open(url: &str, args: &MasterKeyArgs) -> Result<Store, Error> {
    let source = Source::choose(args)?;
    unlock(LockedStore::open(url).await?, source).await
}

/// The same, but makes the database where there is none, and brings it up to date.
pub async fn make(url: &str, args: &MasterKeyArgs) -> Result<Store, Error> {
    let source = Source::choose(args)?;
    let locked = LockedStore::make(url).await?;
    let Source::Default(folder) = &source else {
        return unlock(locked, source).await;
    };
    if !locked.is_new().await? {
        return unlock(locked, source).await;
    }
    let master = MasterKey::fresh();
    let file = file::make(folder, &master)?;
    match locked.unlock(master, reread(source.clone())).await {
        // Another process was first with this database, and its key is the one.
        Err(StoreError::WrongMasterKey) => {
            let _ = std::fs::remove_file(&file);
            unlock(LockedStore::make(url).await?, source).await
        }
        opened => {
            let opened = opened?;
            eprintln!(
                "agent-ledger: made the master key {}. Back it up, apart from the database: without it, no stored payload \
                 can be read.",
                file.display()
            );
            Ok(opened)
        }
    }
}

async fn unlock(locked: LockedStore, source: Source) -> Result<Store, Error> {
    let name = locked.key_name().await?;
    let place = source.place(name.as_deref());
    let Some(master) = source.read(name).await? else {
        return Err(Error::refused(format!(
            "this database is encrypted, and {place} is not there: bring its master key, from the first server or from a \
             backup, and name it with {SETTINGS}"
        )));
    };
    match locked.unlock(master, reread(source)).await {
        Err(StoreError::WrongMasterKey) => Err(Error::refused(format!(
            "this database is encrypted under another master key than that of {place}: name the right one with \
             {SETTINGS}"
        ))),
        opened => Ok(opened?),
    }
}

fn reread(source: Source) -> impl Fn(&str) -> Option<MasterKey> + Send + Sync + 'static {
    move |name| source.read_now(Some(name)).ok().flatten()
}

/// Keeps a new master key where servers look for theirs, if that is the folder of those who name none. Back comes its file.
pub fn keep(args: &MasterKeyArgs, master: &MasterKey) -> Result<Option<PathBuf>, Error> {
    match Source::choose(args)? {
        Source::Default(folder) => file::make(&folder, master).map(Some),
        _ => Ok(None),
    }
}

/// Reads a master key that must be there.
pub fn from_file(path: &Path) -> Result<MasterKey, Error> {
    file::read(path)?.ok_or_else(|| {
        Error::refused(format!(
            "there is no master key in {}: `openssl rand -base64 32` makes one",
            path.display()
        ))
    })
}

/// A master key as it is found, without one being made.
pub struct Found {
    /// Where it is looked for, for sentences.
    pub place: String,
    /// The file that it is kept in, if it is in one; it need not be there.
    pub file: Option<PathBuf>,
    /// The key; none where its file is not there, or why it cannot be read.
    pub key: Result<Option<MasterKey>, Error>,
}

/// Whose master key is looked for.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    /// The database's.
    Database(&'a str),
    /// That of a SQLite file which nobody else uses.
    File(&'a Path),
}

/// Looks for the master key where it is meant to be.
pub async fn find(args: &MasterKeyArgs, whose: Whose<'_>) -> Result<Found, Error> {
    let source = Source::choose(args)?;
    let name = match (&source, whose) {
        (Source::Default(_), Whose::Database(url)) => store::key_name(url).await,
        (Source::Default(_), Whose::File(file)) => store::key_name_in(file).await,
        _ => None,
    };
    let file = source.file(name.as_deref());
    let key = match &file {
        Some(path) if !path.exists() => Ok(None),
        _ => source.read(name.clone()).await,
    };
    Ok(Found {
        place: source.place(name.as_deref()),
        file,
        key,
    })
}

/// Where the master key is taken from.
#[derive(Debug, Clone)]
enum Source {
    File(PathBuf),
    Variable,
    Command(String),
    /// The folder of those who name nothing, with a file for each database.
    Default(PathBuf),
}

impl Source {
    fn choose(args: &MasterKeyArgs) -> Result<Self, Error> {
        let mut named: Vec<_> = [
            args.master_key_file.clone().map(Self::File),
            std::env::var_os(VARIABLE)
                .filter(|value| !value.is_empty())
                .map(|_| Self::Variable),
            args.master_key_command.clone().map(Self::Command),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (named.pop(), named.is_empty()) {
            (Some(source), true) => Ok(source),
            (Some(_), false) => Err(Error::refused(format!(
                "the master key is named more than once: keep one of {SETTINGS}"
            ))),
            (None, _) => file::default_folder().map(Self::Default).ok_or_else(|| {
                Error::refused(format!(
                    "there is no home folder to keep a master key in: name one with {SETTINGS}"
                ))
            }),
        }
    }

    /// Where the key of that name is, for sentences.
    fn place(&self, name: Option<&str>) -> String {
        match self {
            Self::Variable => VARIABLE.to_owned(),
            Self::Command(_) => "--master-key-command".to_owned(),
            Self::File(_) | Self::Default(_) => self.file(name).unwrap_or_default().display().to_string(),
        }
    }

    /// The file that the key of that name is in, or would be. Where no name is known, that of the first start is not either.
    fn file(&self, name: Option<&str>) -> Option<PathBuf> {
        match (self, name) {
            (Self::File(path), _) => Some(path.clone()),
            (Self::Default(folder), Some(name)) => Some(file::of(folder, name)),
            (Self::Default(folder), None) => Some(folder.join("NAME.key")),
            (Self::Variable | Self::Command(_), _) => None,
        }
    }

    /// The key of that name; none where no file of the default folder has it.
    async fn read(&self, name: Option<String>) -> Result<Option<MasterKey>, Error> {
        let source = self.clone();
        tokio::task::spawn_blocking(move || source.read_now(name.as_deref()))
            .await
            .map_err(|error| Error::refused(format!("the master key could not be read: {error}")))?
    }

    fn read_now(&self, name: Option<&str>) -> Result<Option<MasterKey>, Error> {
        match (self, name) {
            (Self::File(path), _) => from_file(path).map(Some),
            (Self::Default(folder), Some(name)) => file::read(&file::of(folder, name)),
            (Self::Default(_), None) => Ok(None),
            (Self::Variable, _) => {
                let value = std::env::var(VARIABLE).unwrap_or_default();
                text::parse(value.as_bytes(), VARIABLE).map(Some)
            }
            (Self::Command(command), _) => command::run(command).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_are_refused() {
        let both = MasterKeyArgs {
            master_key_file: Some("a.key".into()),
            master_key_command: Some("cat a.key".into()),
        };
        let refusal = Source::choose(&both).unwrap_err().to_string();
        assert!(refusal.contains("--master-key-command"), "{refusal}");
    }

    #[test]
    fn a_named_file_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing.key");
        let refusal = from_file(&path).unwrap_err().to_string();
        assert!(
            refusal.contains("missing.key") && refusal.contains("openssl"),
            "{refusal}"
        );
        assert!(!path.exists());
    }
}
