//! `cargo xtask serve`: builds, then becomes the server.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build;
use crate::purpose::Purpose;
use crate::workspace::Workspace;

/// Replaces this process by `agent-ledger serve`, so signals and the exit code are the server's own.
pub fn serve(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    let binary = build::build(workspace, Purpose::Serve)?;
    let error = Command::new(&binary).arg("serve").args(arguments).exec();
    Err(error).with_context(|| format!("cannot run {}", binary.display()))
}
