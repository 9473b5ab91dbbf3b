//! `cargo xtask bench`: builds, then measures the release binary with the `bench` crate, itself built in release.

use std::ffi::OsString;

use anyhow::Result;

use crate::purpose::Purpose;
use crate::workspace::Workspace;
use crate::{browser, build, debian, node, process};

/// Names the binary that is measured.
const BINARY_VARIABLE: &str = "AGENT_LEDGER_BENCH_BINARY";
/// Names the program that measures the page in a browser.
const PLAYWRIGHT_VARIABLE: &str = "AGENT_LEDGER_BENCH_PLAYWRIGHT";

/// Measures with the arguments given (`--sizes`, …).
pub fn bench(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    if process::find(&["sqlite3"]).is_none() {
        debian::ensure(&["sqlite3"], "comparing the export with raw SQLite's")?;
    }
    let binary = build::build(workspace, Purpose::Release)?;
    let chromium = browser::chromium()?;
    let playwright = node::program(workspace, "playwright")?;
    process::run(
        workspace
            .cargo()
            .env(BINARY_VARIABLE, binary)
            .env(PLAYWRIGHT_VARIABLE, playwright.get_program())
            .env(browser::CHROMIUM, chromium)
            .args(["run", "--release", "--package=bench", "--"])
            .args(arguments),
    )
}
