//! `cargo xtask bench`: builds, then measures the release binary with the `bench` crate, itself built in release.

use std::ffi::OsString;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{build, debian, process};

/// Names the binary that is measured.
const BINARY_VARIABLE: &str = "AGENT_LEDGER_BENCH_BINARY";

/// Measures with the arguments given (`--sizes`, …).
pub fn bench(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    if process::find(&["sqlite3"]).is_none() {
        debian::ensure(&["sqlite3"], "comparing the export with raw SQLite's")?;
    }
    let binary = build::build(workspace)?;
    process::run(
        workspace
            .cargo()
            .env(BINARY_VARIABLE, binary)
            .args(["run", "--release", "--package=bench", "--"])
            .args(arguments),
    )
}
