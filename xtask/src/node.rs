//! The npm packages of end2end/: Playwright, Prettier, TypeScript, and binaryen's wasm-opt.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, ensure};

use crate::workspace::Workspace;
use crate::{process, progress};

/// One of the packages' programs, to run in end2end/; installs the packages as locked where they are not.
///
/// # Errors
/// Node is missing, or `npm ci` fails.
pub fn program(workspace: &Workspace, name: &str) -> Result<Command> {
    install(workspace)?;
    let folder = workspace.path("end2end");
    let mut command = Command::new(folder.join("node_modules/.bin").join(name));
    command.current_dir(folder);
    Ok(command)
}

fn install(workspace: &Workspace) -> Result<()> {
    let folder = workspace.path("end2end");
    // npm writes the hidden one last, so a broken-off installation counts as none.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&folder.join("package-lock.json")) {
        return Ok(());
    }
    ensure!(
        process::find(&["npm"]).is_some(),
        "Node.js 20 or later with npm is needed: install it, then try again"
    );
    progress::step("npm ci", || {
        process::run(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .current_dir(&folder),
        )
    })
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|file| file.modified()).ok()
}
