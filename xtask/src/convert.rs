//! `cargo xtask convert`: recorded data of others, as `agent-ledger import` takes it.

use std::ffi::OsString;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Runs the converter of the `testkit` crate with the arguments given. Paths count from the repository's root.
pub fn convert(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    process::run(
        workspace
            .cargo()
            .args(["run", "--quiet", "--package=testkit", "--bin=convert", "--"])
            .args(arguments),
    )
}
