//! Playwright in a real Chromium, against the server as it is built for use but for the time spent on optimizing it.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{build, debian, node, process, progress};

/// The browser to use instead of the one found on `PATH`.
pub const CHROMIUM: &str = "AGENT_LEDGER_CHROMIUM";

/// Chromium without its windows, which take as much time as the pages in them.
const SHELL: &str = "chromium-headless-shell";

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

/// A page that follows a busy agent for so many minutes, and must not grow meanwhile.
pub fn soak(workspace: &Workspace, minutes: u32) -> Result<()> {
    let mut playwright = playwright(workspace)?;
    playwright.env("AGENT_LEDGER_SOAK_MINUTES", minutes.to_string());
    progress::step(&format!("follow for {minutes} min"), || {
        process::run(playwright.args(["test", "--config=soak.config.ts"]))
    })
}

fn playwright(workspace: &Workspace) -> Result<Command> {
    let chromium = chromium()?;
    let binary = build::build_tested(workspace)?;
    let mut playwright = node::program(workspace, "playwright")?;
    playwright.env(CHROMIUM, chromium).env("AGENT_LEDGER_BIN", binary);
    Ok(playwright)
}

/// The browser: the shell, installed where that is possible, or else whichever Chromium there is.
pub fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os(CHROMIUM) {
        return Ok(chosen.into());
    }
    if let Some(shell) = process::find(&[SHELL]) {
        return Ok(shell);
    }
    let whole = process::find(&[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]);
    let installed = debian::ensure(
        &[SHELL, "fonts-dejavu", "fonts-noto-color-emoji"],
        "testing in a browser",
    );
    match (installed, whole) {
        (Ok(()), _) => process::find(&[SHELL])
            .context("Debian's chromium-headless-shell is installed but not on PATH: set AGENT_LEDGER_CHROMIUM to its path"),
        (Err(_), Some(whole)) => Ok(whole),
        (Err(error), None) => Err(error),
    }
}
