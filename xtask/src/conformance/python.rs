//! Schemathesis in a virtual environment of its own, as conformance/requirements.txt names it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{debian, process, progress, site};

/// The program, installed where it is not.
///
/// # Errors
/// There is no Python with `venv`, or the packages cannot be fetched.
pub fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let requirements = workspace.path("conformance/requirements.txt");
    let version = site::digest(&[&fs::read(&requirements)?]);
    let folder = workspace.own_target(format!("xtask/schemathesis-{version}"));
    let program = folder.join("bin/schemathesis");
    // pip writes it last.
    if program.is_file() {
        return Ok(program);
    }
    let python = process::find(&["python3"]).context("there is no python3: install Python 3.10 or later")?;
    if debian::is_root() && !debian::installed(&["python3-venv"]) && process::find(&["apt-get"]).is_some() {
        // Where another Python comes first on `PATH`, it needs none.
        debian::ensure(&["python3-venv"], "installing schemathesis").ok();
    }
    progress::step("install schemathesis", || {
        process::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
        process::run(
            Command::new(folder.join("bin/pip"))
                .args([
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--requirement",
                ])
                .arg(requirements),
        )
    })?;
    Ok(program)
}
