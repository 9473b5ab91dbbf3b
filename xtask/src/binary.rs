//! The server's binary, which embeds the site: as it is used, and as it is tested.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::purpose::Purpose;
use crate::workspace::Workspace;
use crate::{process, progress};

/// The server's program.
pub const NAME: &str = "agent-ledger";

/// The profile in `Cargo.toml` in which everything is compiled for its tests: quickly.
pub const TESTED: &str = "tested";

/// Builds the binary and returns where the README says it is, below `target` in the folder of the profile.
pub fn build(workspace: &Workspace, purpose: Purpose) -> Result<PathBuf> {
    let profile = purpose.server_profile();
    progress::step("compile the server", || {
        let built = built(workspace, profile, "server", NAME)?;
        let promised = workspace.own_target(profile).join(NAME);
        if built != promised {
            copy(&built, &promised)?;
        }
        Ok(promised)
    })
}

/// Builds the binary that the tests are run with, where arithmetic that overflows panics, and returns where it is.
pub fn build_tested(workspace: &Workspace) -> Result<PathBuf> {
    progress::step("compile the server as for its tests", || {
        tested(workspace, "routes", NAME)
    })
}

/// Builds a program as for its tests and returns where it is. One of its integration tests names its package.
pub fn tested(workspace: &Workspace, test: &str, name: &str) -> Result<PathBuf> {
    let messages = process::output(workspace.cargo().args([
        "test",
        "--profile",
        TESTED,
        // Of another choice of packages the features differ, and all would be compiled again.
        "--workspace",
        "--exclude=frontend",
        "--exclude=xtask",
        "--test",
        test,
        "--no-run",
        "--message-format=json-render-diagnostics",
    ]))?;
    executable(&messages, name).with_context(|| format!("cargo built no {name}"))
}

/// Builds a tool of this workspace as for its tests; as [`tested`].
pub fn tool_tested(workspace: &Workspace, test: &str, name: &str) -> Result<PathBuf> {
    progress::step(&format!("compile the {name}"), || tested(workspace, test, name))
}

/// Builds a tool of this workspace in release and returns where it is. Its package has its name.
pub fn tool_released(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let profile = Purpose::Release.server_profile();
    progress::step(&format!("compile the {name}"), || {
        built(workspace, profile, name, name)
    })
}

/// Builds a package in a profile and returns where the program of that name is.
fn built(workspace: &Workspace, profile: &str, package: &str, name: &str) -> Result<PathBuf> {
    let messages = process::output(workspace.cargo().args([
        "build",
        "--profile",
        profile,
        "--package",
        package,
        "--message-format=json-render-diagnostics",
    ]))?;
    executable(&messages, name).with_context(|| format!("cargo built no {name}"))
}

/// The program of that name in what cargo said with `--message-format=json…`: cargo knows best where its configuration
/// put it.
pub fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

/// By renaming, since a running program cannot be written to.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let unfinished = to.with_extension("unfinished");
    fs::create_dir_all(to.parent().context("the binary needs a folder")?)?;
    fs::copy(from, &unfinished)?;
    Ok(fs::rename(unfinished, to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_read_from_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"store"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"agent-ledger"},"executable":"/elsewhere/agent-ledger"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            executable(messages, NAME),
            Some(PathBuf::from("/elsewhere/agent-ledger"))
        );
    }
}
