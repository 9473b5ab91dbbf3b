//! `cargo xtask crash`: builds, then kills the server in the midst of its work with the `crash` crate. In short both are
//! built as for the tests, else in release.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::postgres::{self, Postgres};
use crate::workspace::Workspace;
use crate::{binary, build, process, progress};

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
        (build::build_tested(workspace)?, tested(workspace)?)
    } else {
        (build::build(workspace)?, released(workspace)?)
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

fn tested(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("compile the crash", || binary::tested(workspace, TEST, NAME))
}

fn released(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("compile the crash", || {
        let messages = process::output(workspace.cargo().args([
            "build",
            "--release",
            "--package",
            NAME,
            "--message-format=json-render-diagnostics",
        ]))?;
        binary::executable(&messages, NAME).context("cargo built no crash")
    })
}
