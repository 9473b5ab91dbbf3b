//! The command line: what can be said, and which module does it. Standard output carries the answer alone.

pub mod agent;
pub mod audit;
pub mod backup;
mod config;
mod context;
pub mod doctor;
pub mod encryption;
pub mod erase;
mod error;
pub mod export;
mod format;
pub mod import;
pub mod key;
mod listen;
pub(crate) mod mail;
pub(crate) mod master_key;
pub mod migrate;
pub mod organization;
mod part_file;
pub mod purge;
pub mod restore;
pub mod retention;
mod secret;
pub mod serve;
pub(crate) mod sso;
pub mod user;
mod variables;

pub use config::print_config;
pub use error::Error;
pub use variables::unknown as unknown_variables;

use clap::{
    Args, CommandFactory, Parser, Subcommand,
    builder::{OsStr, Resettable},
};
use std::{fmt::Display, io::Write};

/// The database of those who name none.
const DEFAULT_DATABASE_URL: &str = "sqlite://agent-ledger.db";

/// The exact, durable record of every agent execution.
#[derive(Debug, Parser)]
#[command(
    name = "agent-ledger",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// What every command takes, before its name or after it.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// Database: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME. `serve`, `migrate`, `user add` and `restore` make it
    /// where there is none, and bring it up to date; other commands do neither.
    /// [default: sqlite://agent-ledger.db]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "AGENT_LEDGER_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// Show the settings in force as environment variables, secrets hidden, and do nothing else.
    #[arg(long, global = true)]
    pub print_config: bool,
    /// Where the master key is.
    #[command(flatten)]
    master_key: master_key::MasterKeyArgs,
}

impl GlobalArgs {
    /// The database that is meant.
    pub fn database_url(&self) -> &str {
        self.given_database_url().unwrap_or(DEFAULT_DATABASE_URL)
    }

    /// The database that was asked for by flag or variable.
    pub fn given_database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page and the API.
    Serve(Box<serve::Args>),
    /// People who can sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Agents.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// API keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Record executions from a file.
    Import(import::Args),
    /// Write an agent's executions to standard output.
    Export(Box<export::Args>),
    /// How long executions are kept.
    Retention(retention::Args),
    /// Delete executions that are older than they are kept.
    Purge(purge::Args),
    /// Erase executions on request, for good.
    Erase(erase::Args),
    /// Write an organization's audit log to standard output.
    Audit(audit::Args),
    /// Say what is weak about this installation, and what would help.
    Doctor(Box<doctor::Args>),
    /// Write a SQLite database into a file, while it is used.
    Backup(backup::Args),
    /// Put a backup in the place of a SQLite database.
    Restore(restore::Args),
    /// Bring the database up to date, and stop.
    Migrate(migrate::Args),
    /// Change the keys that stored payloads are encrypted with.
    #[command(subcommand)]
    Encryption(EncryptionCommand),
}

/// What can be done about people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person; the organization is made where there is none of that name.
    Add(user::add::Args),
    /// Print a link by which somebody who forgot the password chooses another one.
    ResetPassword(user::reset_password::Args),
}

/// What can be done about organizations.
#[derive(Debug, Subcommand)]
pub enum OrganizationCommand {
    /// Delete one, for good and with everything that is its own.
    Delete(organization::DeleteArgs),
}

/// What can be done about agents.
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Make an agent and print its id.
    Create(agent::Args),
}

/// What can be done about API keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key and print it: it is not shown again.
    Create(key::create::Args),
    /// Print every key, without its secret.
    List(key::list::Args),
    /// Give a key another secret and print it; the old one works on for a while.
    Rotate(key::rotate::Args),
    /// Revoke a key, at once and for good.
    Revoke(key::revoke::Args),
}

/// What can be done about encryption.
#[derive(Debug, Subcommand)]
pub enum EncryptionCommand {
    /// Put another master key in the old one's place, in one transaction.
    RotateMaster(encryption::RotateMasterArgs),
    /// Give an organization a new key and print its number.
    Rotate(encryption::RotateArgs),
}

/// The command line. A variable that is empty counts as one that is not set: compose files write those that they pass on
/// as `${VARIABLE:-}`.
pub fn command() -> clap::Command {
    without_empty_variables(Cli::command())
}

fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |argument: &clap::Arg| {
        let value = argument.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    command
        .mut_args(|argument| match is_empty(&argument) {
            true => argument.env(Resettable::<OsStr>::Reset),
            false => argument,
        })
        .mut_subcommands(without_empty_variables)
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> Result<(), Error> {
    let global = &cli.global;
    match cli.command {
        Command::Serve(args) => serve::run(*args, global).await,
        Command::User(UserCommand::Add(args)) => user::add::run(args, global).await,
        Command::User(UserCommand::ResetPassword(args)) => user::reset_password::run(args, global).await,
        Command::Organization(OrganizationCommand::Delete(args)) => organization::delete(args, global).await,
        Command::Agent(AgentCommand::Create(args)) => agent::run(args, global).await,
        Command::Key(KeyCommand::Create(args)) => key::create::run(args, global).await,
        Command::Key(KeyCommand::List(args)) => key::list::run(args, global).await,
        Command::Key(KeyCommand::Rotate(args)) => key::rotate::run(args, global).await,
        Command::Key(KeyCommand::Revoke(args)) => key::revoke::run(args, global).await,
        Command::Import(args) => import::run(args, global).await,
        Command::Export(args) => export::run(*args, global).await,
        Command::Retention(args) => retention::run(args, global).await,
        Command::Purge(args) => purge::run(args, global).await,
        Command::Erase(args) => erase::run(args, global).await,
        Command::Audit(args) => audit::run(args, global).await,
        Command::Doctor(args) => doctor::run(*args, global).await,
        Command::Backup(args) => backup::run(args, global).await,
        Command::Restore(args) => restore::run(args, global).await,
        Command::Migrate(args) => migrate::run(args, global).await,
        Command::Encryption(EncryptionCommand::RotateMaster(args)) => {
            encryption::rotate_master(args, global).await
        }
        Command::Encryption(EncryptionCommand::Rotate(args)) => encryption::rotate(args, global).await,
    }
}

/// Writes one line of the answer to standard output.
pub fn answer(line: impl Display) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::io("standard output", error))
}
