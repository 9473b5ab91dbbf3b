//! `cargo xtask test`: every check that a change must pass, here as in CI.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};
use clap::ValueEnum;

use crate::postgres::{self, Postgres};
use crate::purpose::Purpose;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;
use crate::{binary, browser, build, circles, conformance, crash, node, process, progress, siege};

/// One part of the checks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// rustfmt, and Prettier on end2end/
    Fmt,
    /// Circles of imports, clippy on each face, TypeScript's types; no warning passes
    Lint,
    /// rustdoc; no warning passes
    Doc,
    /// Unit, property and documentation tests, fuzz targets, the store on both databases, the HTTP interface
    Unit,
    /// Calls made from the OpenAPI document, against the server
    Api,
    /// Strangers and one API key against the server in little memory, for a minute
    Siege,
    /// The server, killed in the midst of its work on both databases, for a minute
    Crash,
    /// The page and the server in Chromium
    Browser,
}

struct Outcome {
    name: String,
    passed: bool,
    duration: Duration,
}

/// Runs the steps given, or all; stops at the first that fails, and prints how long each took.
///
/// # Errors
/// What made a step fail.
pub fn test(workspace: &Workspace, steps: &[Step]) -> Result<()> {
    let steps = if steps.is_empty() {
        Step::value_variants()
    } else {
        steps
    };
    let mut outcomes = Vec::new();
    let mut failure = None;
    for step in steps {
        let name = step
            .to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default();
        eprintln!("\n━━ {name} ━━");
        let start = Instant::now();
        let result = step.prepare(workspace, steps).and_then(|()| step.run(workspace));
        outcomes.push(Outcome {
            name,
            passed: result.is_ok(),
            duration: start.elapsed(),
        });
        failure = result.err();
        if failure.is_some() {
            break;
        }
    }
    conclude(&outcomes, steps.len(), failure)
}

impl Step {
    /// The site goes into the server: where a later step needs it, it is made before the server is compiled, which is then
    /// compiled once.
    fn prepare(self, workspace: &Workspace, steps: &[Self]) -> Result<()> {
        let needs_site = [Self::Siege, Self::Crash, Self::Browser]
            .iter()
            .any(|step| steps.contains(step));
        match self {
            Self::Unit | Self::Api if needs_site => build::site(workspace, Purpose::Release),
            _ => Ok(()),
        }
    }

    fn run(self, workspace: &Workspace) -> Result<()> {
        match self {
            Self::Fmt => format(workspace),
            Self::Lint => lint(workspace),
            Self::Doc => document(workspace),
            Self::Unit => unit(workspace),
            Self::Api => conformance::short(workspace),
            Self::Siege => siege::short(workspace),
            Self::Crash => crash::short(workspace),
            Self::Browser => browser::test(workspace),
        }
    }
}

fn format(workspace: &Workspace) -> Result<()> {
    progress::step("cargo fmt", || {
        process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
    })?;
    let mut prettier = node::program(workspace, "prettier")?;
    progress::step("prettier", || process::run(prettier.args(["--check", "."])))
}

fn lint(workspace: &Workspace) -> Result<()> {
    progress::step("circles", || circles::check(workspace))?;
    let deny_warnings = ["--", "--deny=warnings"];
    // In the profile of the tests: procedural macros and C libraries are compiled once for all steps.
    // `app` comes in as the server renders it.
    progress::step("clippy", || {
        process::run(
            workspace
                .cargo()
                .args(["clippy", "--workspace", "--exclude=frontend", "--all-targets"])
                .args(["--profile", binary::TESTED])
                .args(deny_warnings),
        )
    })?;
    // And here as the browser runs it: cargo lints a package's path dependencies with it.
    let mut wasm = Toolchain::find_or_install()?.clippy(workspace)?;
    progress::step("clippy on WASM", || {
        process::run(
            wasm.args(["--package=frontend", "--profile", Purpose::Release.page_profile()])
                .args(deny_warnings),
        )
    })?;
    let mut typescript = node::program(workspace, "tsc")?;
    progress::step("tsc", || process::run(typescript.arg("--noEmit")))
}

fn document(workspace: &Workspace) -> Result<()> {
    progress::step("cargo doc", || {
        process::run(workspace.cargo().env("RUSTDOCFLAGS", "--deny=warnings").args([
            "doc",
            "--profile",
            binary::TESTED,
            "--workspace",
            "--exclude=frontend",
            "--no-deps",
        ]))
    })
}

fn unit(workspace: &Workspace) -> Result<()> {
    let postgres = Postgres::start()?;
    progress::step("cargo test", || {
        process::run(
            workspace
                .cargo()
                .env(postgres::URL_VARIABLE, postgres.url())
                .args(["test", "--profile", binary::TESTED])
                .args(["--workspace", "--exclude=frontend", "--exclude=xtask"]),
        )
    })?;
    // What it is made of is compiled for the developer already, since it is running.
    progress::step("cargo test of xtask", || {
        process::run(workspace.cargo().args(["test", "--package=xtask"]))
    })
}

fn conclude(outcomes: &[Outcome], planned: usize, failure: Option<Error>) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output)?;
    for Outcome {
        name,
        passed,
        duration,
    } in outcomes
    {
        let mark = if *passed { "✓" } else { "✗" };
        writeln!(output, "{mark} {name:<8} {:>9}", progress::seconds(*duration))?;
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    let not_run = planned - outcomes.len();
    let failed = outcomes.len() - passed;
    match failure {
        None => Ok(writeln!(output, "steps: {passed} passed, {failed} failed")?),
        Some(error) => {
            writeln!(
                output,
                "steps: {passed} passed, {failed} failed, {not_run} skipped"
            )?;
            Err(error)
        }
    }
}
