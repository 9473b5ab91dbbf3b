//! `cargo xtask siege`: builds, then besieges the server with the `siege` crate. In short both are built as for the tests,
//! else in release.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::purpose::Purpose;
use crate::workspace::Workspace;
use crate::{binary, build, process};

/// The crate and its program.
const NAME: &str = "siege";
/// The crate's integration test.
const TEST: &str = "skipped";
/// Asks for less of everything.
const SHORT: &str = "--short";
/// Names the binary that is besieged.
const BINARY_VARIABLE: &str = "AGENT_LEDGER_SIEGE_BINARY";
/// Opens as many files as may be, for the server too, and becomes the program.
const MANY_FILES: &str = "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\"";

/// Besieges with the arguments given (`--short`, `--only`, …).
///
/// # Errors
/// Something does not build, or the server does not hold.
pub fn siege(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    let (server, siege) = if arguments.iter().any(|argument| argument == SHORT) {
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
    run(&server, &siege, arguments)
}

/// The short form, a step of the tests.
///
/// # Errors
/// As of [`siege`].
pub fn short(workspace: &Workspace) -> Result<()> {
    siege(workspace, &[SHORT.into()])
}

fn run(server: &Path, siege: &Path, arguments: &[OsString]) -> Result<()> {
    process::run(
        Command::new("sh")
            .args(["-c", MANY_FILES].map(OsStr::new))
            .arg(siege)
            .args(arguments)
            .env(BINARY_VARIABLE, server),
    )
}
