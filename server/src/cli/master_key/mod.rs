//! Where the master key comes from: a file, a variable, a command, or a file that is made at the first start.

mod command;
mod file;
pub(crate) mod text;

use super::Error;
use std::path::PathBuf;
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
    /// [default: agent-ledger/master.key in the configuration folder of the user, made at the first start]
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

/// Opens the database with the master key that is meant, and brings it up to date.
pub async fn open(url: &str, args: &MasterKeyArgs) -> Result<Store, Error> {
    let source = Source::choose(args)?;
    let locked = LockedStore::open(url).await?;
    let master = match source.read().await? {
        Some(master) => master,
        None if locked.is_new().await? => source.make()?,
        None => {
            return Err(Error::refused(format!(
                "this database is encrypted, and {source} is not there: bring its master key, from the first server or \
                 from a backup, and name it with {SETTINGS}"
            )));
        }
    };
    let again = source.clone();
    match locked
        .unlock(master, move || again.read_now().ok().flatten())
        .await
    {
        Err(StoreError::WrongMasterKey) => Err(Error::refused(format!(
            "this database is encrypted under another master key than that of {source}: name the right one with \
             {SETTINGS}"
        ))),
        opened => Ok(opened?),
    }
}

/// Reads a master key that must be there.
pub fn from_file(path: &std::path::Path) -> Result<MasterKey, Error> {
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

/// Looks for the master key where it is meant to be.
pub async fn find(args: &MasterKeyArgs) -> Result<Found, Error> {
    let source = Source::choose(args)?;
    let file = match &source {
        Source::File(path) | Source::Default(path) => Some(path.clone()),
        Source::Variable | Source::Command(_) => None,
    };
    let key = match &file {
        Some(path) if !path.exists() => Ok(None),
        _ => source.read().await,
    };
    Ok(Found {
        place: source.to_string(),
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
    /// The file of those who name nothing.
    Default(PathBuf),
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) | Self::Default(path) => write!(formatter, "{}", path.display()),
            Self::Variable => formatter.write_str(VARIABLE),
            Self::Command(_) => formatter.write_str("--master-key-command"),
        }
    }
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
            (None, _) => file::default_path().map(Self::Default).ok_or_else(|| {
                Error::refused(format!(
                    "there is no home folder to keep a master key in: name one with {SETTINGS}"
                ))
            }),
        }
    }

    /// The key; none where the default file is not there.
    async fn read(&self) -> Result<Option<MasterKey>, Error> {
        let source = self.clone();
        tokio::task::spawn_blocking(move || source.read_now())
            .await
            .map_err(|error| Error::refused(format!("the master key could not be read: {error}")))?
    }

    fn read_now(&self) -> Result<Option<MasterKey>, Error> {
        match self {
            Self::File(path) => from_file(path).map(Some),
            Self::Default(path) => file::read(path),
            Self::Variable => {
                let value = std::env::var(VARIABLE).unwrap_or_default();
                text::parse(value.as_bytes(), VARIABLE).map(Some)
            }
            Self::Command(command) => command::run(command).map(Some),
        }
    }

    /// Makes the default file.
    fn make(&self) -> Result<MasterKey, Error> {
        let Self::Default(path) = self else {
            return Err(Error::refused(format!("{self} holds no master key")));
        };
        let (master, is_mine) = file::make(path)?;
        if is_mine {
            eprintln!(
                "agent-ledger: made the master key {}. Back it up, apart from the database: without it, no stored \
                 payload can be read.",
                path.display()
            );
        }
        Ok(master)
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
