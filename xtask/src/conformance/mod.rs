//! `cargo xtask schemathesis`: calls made from the OpenAPI document, against a server on a database that is thrown away.
//! What it answers must be what the document says, and never a 5xx.

mod ledger;
mod python;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::postgres::Postgres;
use crate::workspace::Workspace;
use crate::{binary, process, progress};
use ledger::Ledger;

/// What is documented, the edges of every parameter, what is drawn, and calls that build on each other.
const EVERY_PHASE: &str = "examples,coverage,fuzzing,stateful";

/// Who asks: what a person or a key is sent with, and what cannot be asked of that.
struct Asker {
    name: &'static str,
    header: String,
    phases: &'static str,
    excluded_checks: &'static [&'static str],
}

/// The short form, of the checks that every change passes: on SQLite, skipped by name where schemathesis cannot be had.
pub fn short(workspace: &Workspace) -> Result<()> {
    let schemathesis = match python::schemathesis(workspace) {
        Ok(program) => program,
        Err(error) => {
            eprintln!("skipped: schemathesis ({error:#})");
            return Ok(());
        }
    };
    on(workspace, &schemathesis, "sqlite", None, 6)
}

/// The long form: on both databases, with `examples` calls made up for each operation.
///
/// # Errors
/// Answers that are not what the document says, which are printed with what makes them again.
pub fn long(workspace: &Workspace, examples: u32) -> Result<()> {
    let schemathesis = python::schemathesis(workspace)?;
    let on_sqlite = on(workspace, &schemathesis, "sqlite", None, examples);
    let postgres = Postgres::start()?;
    on(
        workspace,
        &schemathesis,
        "PostgreSQL",
        Some(postgres.url()),
        examples,
    )?;
    on_sqlite
}

fn on(
    workspace: &Workspace,
    schemathesis: &Path,
    database: &str,
    postgres: Option<&str>,
    examples: u32,
) -> Result<()> {
    let binary = binary::build_tested(workspace)?;
    let ledger = progress::step(&format!("start a server on {database}"), || {
        Ledger::start(workspace, &binary, postgres)
    })?;
    let mut broken = Vec::new();
    for asker in askers(&ledger) {
        let held = progress::step(&format!("schemathesis as {} on {database}", asker.name), || {
            process::run(&mut call(workspace, schemathesis, &ledger, &asker, examples))
        });
        if let Err(error) = held {
            eprintln!("{error:#}");
            broken.push(asker.name);
        }
    }
    ledger.stop()?;
    if !broken.is_empty() {
        bail!(
            "as {} on {database} the server is not what its document says",
            broken.join(", ")
        );
    }
    Ok(())
}

/// An owner, a key with every scope, and keys that may do little: most of their answers are 403.
fn askers(ledger: &Ledger) -> [Asker; 4] {
    let key = |name, key: &str, phases| Asker {
        name,
        header: format!("Authorization: Bearer {key}"),
        phases,
        excluded_checks: &[],
    };
    [
        key("a key with every scope", &ledger.keys.all, EVERY_PHASE),
        Asker {
            name: "an owner",
            header: format!("Cookie: {}", ledger.session),
            phases: EVERY_PHASE,
            // The check takes keys away, and the cookie stays.
            excluded_checks: &["ignored_auth"],
        },
        key("a key that records", &ledger.keys.record, "fuzzing"),
        key("a key that reads", &ledger.keys.read, "fuzzing"),
    ]
}

fn call(
    workspace: &Workspace,
    schemathesis: &Path,
    ledger: &Ledger,
    asker: &Asker,
    examples: u32,
) -> Command {
    let folder = workspace.path("conformance");
    let mut command = Command::new(schemathesis);
    command
        .current_dir(ledger.folder())
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(ledger.known())
        .arg("--config-file")
        .arg(folder.join("schemathesis.toml"))
        .args(["run", &format!("{}/api/openapi.json", ledger.address)])
        .args(["--header", &asker.header])
        .args(["--phases", asker.phases, "--max-examples", &examples.to_string()]);
    // A browser's session counts for changes that come from our own pages alone.
    command.args(["--header", &format!("Origin: {}", ledger.address)]);
    if !asker.excluded_checks.is_empty() {
        command.args(["--exclude-checks", &asker.excluded_checks.join(",")]);
    }
    command
}
