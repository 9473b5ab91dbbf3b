//! `cargo xtask audit`: what the program is made of, held against deny.toml.

use std::process::Command;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{process, progress};

const PROGRAM: &str = "cargo-deny";

/// Checks licences, unwanted crates and sources; and advisories where their database can be fetched.
///
/// # Errors
/// Something is not as deny.toml wants it, or cargo-deny cannot be installed.
pub fn audit(workspace: &Workspace) -> Result<()> {
    install()?;
    let deny = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.arg("deny").args(arguments);
        cargo
    };
    progress::step("cargo deny", || {
        process::run(&mut deny(&["check", "licenses", "bans", "sources"]))
    })?;
    if process::run(&mut deny(&["fetch", "db"])).is_err() {
        eprintln!("skipped: advisories, whose database cannot be fetched from here");
        return Ok(());
    }
    progress::step("advisories", || process::run(&mut deny(&["check", "advisories"])))
}

fn install() -> Result<()> {
    if process::find(&[PROGRAM]).is_some() {
        return Ok(());
    }
    progress::step(&format!("install {PROGRAM}"), || {
        process::run(Command::new("cargo").args(["install", "--locked", PROGRAM]))
    })
}
