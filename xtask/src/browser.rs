//! Playwright in a real Chromium, against the release binary.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{build, debian, node, process, progress};

/// The browser to use instead of the one found on `PATH`.
pub const CHROMIUM: &str = "AGENT_LEDGER_CHROMIUM";

/// What opens an exported file.
const SPREADSHEETS: [&str; 2] = ["libreoffice-calc-nogui", "python3-pandas"];

/// The page's tests, each with and without WASM.
pub fn test(workspace: &Workspace) -> Result<()> {
    if debian::is_root() {
        // Elsewhere, where they are missing, the tests that need them are skipped by name.
        debian::ensure(&SPREADSHEETS, "opening exports as people do")?;
    }
    let mut playwright = playwright(workspace)?;
    progress::step("playwright test", || process::run(playwright.arg("test")))
}

/// The README's pictures, into docs/.
pub fn screenshots(workspace: &Workspace) -> Result<()> {
    let mut playwright = playwright(workspace)?;
    progress::step("screenshots", || {
        process::run(playwright.args(["test", "--config=screenshots.config.ts"]))
    })
}

fn playwright(workspace: &Workspace) -> Result<Command> {
    let chromium = chromium()?;
    let binary = build::build(workspace)?;
    let mut playwright = node::program(workspace, "playwright")?;
    playwright.env(CHROMIUM, chromium).env("AGENT_LEDGER_BIN", binary);
    Ok(playwright)
}

/// The browser, installed where it is missing.
pub fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os(CHROMIUM) {
        return Ok(chosen.into());
    }
    let on_path = || {
        process::find(&[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ])
    };
    if let Some(found) = on_path() {
        return Ok(found);
    }
    debian::ensure(
        &["chromium", "fonts-dejavu", "fonts-noto-color-emoji"],
        "testing in a browser",
    )?;
    on_path().context("Debian's chromium is installed but not on PATH: set AGENT_LEDGER_CHROMIUM to its path")
}
