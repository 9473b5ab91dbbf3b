//! `cargo xtask`: the commands by which this repository is built, served and tested.
//!
//! A command finds or installs what it needs, says what it does, and skips what is already done.

mod audit;
mod bench;
mod binary;
mod browser;
mod build;
mod circles;
mod conformance;
mod convert;
mod crash;
mod debian;
mod fuzz;
mod node;
mod postgres;
mod process;
mod progress;
mod purpose;
mod serve;
mod siege;
mod site;
mod style;
mod test;
mod toolchain;
mod wasm;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::purpose::Purpose;
use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Builds, serves and tests Agent Ledger"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build target/release/agent-ledger in release: page, WASM and stylesheet inside
    Build,
    /// Build target/served/agent-ledger soon, larger than a release, then run its `serve` with the arguments given (`--demo`,
    /// `--addr`, …)
    Serve {
        /// Handed on to `agent-ledger serve`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run all checks and tests, or only the steps named
    Test {
        /// In the order given; all of them by default
        steps: Vec<test::Step>,
    },
    /// Build, then measure the release binary beside raw SQLite (`--sizes 10k,100k,1M`, …)
    Bench {
        /// Handed on to the bench; `-- --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Hand the parsers that meet the outside to libFuzzer, one after the other
    Fuzz {
        /// One of them; its folder in fuzz/corpus/ has its name
        target: Option<String>,
        /// How long each is fuzzed
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Hold the server against its OpenAPI document, on both databases
    Schemathesis {
        /// Calls made up for each operation
        #[arg(long, default_value_t = 100)]
        examples: u32,
    },
    /// Build, then prove in little memory that nobody can end the server (`--short`, `--only PHASE`, …)
    Siege {
        /// Handed on to the siege; `-- --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build, then kill it in the midst of its work, again and again (`--short`, `--rounds 40`, `--only KIND`, …)
    Crash {
        /// Handed on to the crash; `-- --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Leave a page open that follows a busy agent, and look at what it holds
    Soak {
        /// How long
        #[arg(long, default_value_t = 60)]
        minutes: u32,
    },
    /// Check licences, sources and known weaknesses of what the program is made of
    Audit,
    /// Turn recorded data into the import format: `convert tensorzero|azure FROM TO`
    Convert {
        /// Handed on to the converter
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Build, then take the README's pictures into docs/
    Screenshots,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Build => build::build(&workspace, Purpose::Release).map(drop),
        Task::Serve { arguments } => serve::serve(&workspace, &arguments),
        Task::Test { steps } => test::test(&workspace, &steps),
        Task::Bench { arguments } => bench::bench(&workspace, &arguments),
        Task::Fuzz { target, seconds } => fuzz::fuzz(&workspace, target.as_deref(), seconds),
        Task::Schemathesis { examples } => conformance::long(&workspace, examples),
        Task::Siege { arguments } => siege::siege(&workspace, &arguments),
        Task::Crash { arguments } => crash::crash(&workspace, &arguments),
        Task::Soak { minutes } => browser::soak(&workspace, minutes),
        Task::Audit => audit::audit(&workspace),
        Task::Convert { arguments } => convert::convert(&workspace, &arguments),
        Task::Screenshots => browser::screenshots(&workspace),
    }
}
