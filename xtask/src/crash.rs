//! `cargo xtask crash`: builds, then kills the server in the midst of its work with the `crash` crate. In short both are
//! built as for the tests, else in release.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::postgres::{self, Postgres};
use crate::purpose::Purpose;
use crate::workspace::Workspace;
use crate::{binary, build, process};

/// The crate and its program.
const NAME: &str = "crash";
/// The crate's integration test.
const TEST: &str = "without_postgres";
/// Asks for less of everything.
const SHORT: &str = "--short";
/// Names the binary that is killed.
const BINARY_VARIABLE: &str = "AGENT_LEDGER_CRASH_BINARY";
/// Set where nothing may be skipped.
const CI_VARIABLE: &str = "CI";

/// Kills with the arguments given (`--short`, `--only`, …), on both databases. Where there is no PostgreSQL, it is said so
/// and SQLite is left.
///
/// # Errors
/// Something does not build, something does not come to its end, or `CI` is set and there is no PostgreSQL.
pub fn crash(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    let (server, crash) = if arguments.iter().any(|argument| argument == SHORT) {
        (
            build::build_tested(workspace)?,
            binary::tool_tested(workspace, TEST, NAME)?,
        )
    } else {
        (
            build::build(workspace, Purpose::Release)?,
            binary::tool_released(workspace, NAME)?,
        )
    };
    let postgres = match Postgres::start() {
        Ok(postgres) => Some(postgres),
        Err(error) if env::var_os(CI_VARIABLE).is_some() => return Err(error),
        Err(error) => {
            eprintln!("crash: there is no PostgreSQL: {error:#}");
            None
        }
    };
    let mut command = Command::new(crash);
    command.args(arguments).env(BINARY_VARIABLE, server);
    if let Some(postgres) = &postgres {
        command.env(postgres::URL_VARIABLE, postgres.url());
    }
    process::run(&mut command)
}

/// The short form, a step of the tests.
///
/// # Errors
/// As of [`crash`].
pub fn short(workspace: &Workspace) -> Result<()> {
    crash(workspace, &[SHORT.into()])
}
