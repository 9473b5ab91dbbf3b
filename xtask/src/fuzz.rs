//! `cargo xtask fuzz`: libFuzzer on the targets of the `fuzz` crate, for as long as one likes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::workspace::Workspace;
use crate::{binary, debian, process, progress};

/// Names the target to the driver.
const TARGET_VARIABLE: &str = "AGENT_LEDGER_FUZZ_TARGET";

/// Tells libFuzzer which branches an input took. Our crates have no `unsafe`: panics are looked for, and no sanitizer is
/// needed, so that stable Rust does.
const FLAGS: [&str; 8] = [
    // As in `.cargo/config.toml`, which these take the place of.
    "--cfg=erase_components",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// Fuzzes the target of that name, or each one in turn, for `seconds`.
///
/// # Errors
/// An input for which a target does not hold; it is kept, and the sentence names it.
pub fn fuzz(workspace: &Workspace, target: Option<&str>, seconds: u32) -> Result<()> {
    let targets = targets(workspace)?;
    let chosen: Vec<_> = targets
        .iter()
        .filter(|name| target.is_none_or(|target| target == *name))
        .collect();
    ensure!(
        !chosen.is_empty(),
        "there is no such target: it must be one of {}",
        targets.join(", ")
    );
    let driver = build(workspace)?;
    let mut broken = Vec::new();
    for target in chosen {
        let held = progress::step(&format!("{target} for {seconds} s"), || {
            run(workspace, &driver, target, seconds)
        });
        if let Err(error) = held {
            eprintln!("{error:#}");
            broken.push(target.as_str());
        }
    }
    if !broken.is_empty() {
        bail!(
            "{} broke: mend it, and keep its input from target/fuzz/broken as a file in fuzz/corpus",
            broken.join(", ")
        );
    }
    Ok(())
}

/// A folder of the corpus for each target, which a test of the crate holds together.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in fs::read_dir(workspace.path("fuzz/corpus"))? {
        names.push(folder?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    if process::find(&["c++"]).is_none() {
        debian::ensure(&["g++"], "building libFuzzer")?;
    }
    let messages = progress::step("compile the targets for libFuzzer", || {
        process::output(
            workspace
                .cargo()
                .env("RUSTFLAGS", FLAGS.join(" "))
                .args(["build", "--package=fuzz", "--features=libfuzzer"])
                // Optimizing the whole program would take longer than fuzzing it.
                .args(["--profile", binary::TESTED])
                // Named, so that build scripts and macros are compiled without.
                .args(["--target", &host()?, "--message-format=json-render-diagnostics"])
                .arg("--target-dir")
                .arg(workspace.own_target("fuzz")),
        )
    })?;
    binary::executable(&messages, "libfuzzer").context("cargo built no driver")
}

fn run(workspace: &Workspace, driver: &Path, target: &str, seconds: u32) -> Result<()> {
    let (found, broken) = (
        workspace.own_target(format!("fuzz/found/{target}")),
        workspace.own_target(format!("fuzz/broken/{target}")),
    );
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&broken)?;
    process::run(
        Command::new(driver)
            .env(TARGET_VARIABLE, target)
            .env("RUST_BACKTRACE", "0")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", broken.display()))
            .args([
                "-timeout=10",
                "-rss_limit_mb=2048",
                "-max_len=4096",
                "-print_final_stats=1",
            ])
            .arg(&found)
            .arg(workspace.path(format!("fuzz/corpus/{target}"))),
    )
}

fn host() -> Result<String> {
    let version = process::output(Command::new("rustc").args(["--version", "--verbose"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}
