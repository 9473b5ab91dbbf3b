//! `agent-ledger`: reads the command line, runs one command, and tells by its exit code how that went.

use clap::FromArgMatches;
use server::cli::{self, Cli};
use std::process::ExitCode;

/// glibc's own keeps too much of what large bodies and answers took: with it `cargo xtask siege` runs out of memory.
#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Stack of a worker thread, in bytes: a page nests deep, and in a debug build its frames are large.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    for name in cli::unknown_variables() {
        eprintln!(
            "agent-ledger: {name} is no setting and has no effect; `agent-ledger serve --help` names those that are, and \
             what a command is about is said by its flags"
        );
    }
    if cli.global.print_config {
        return exit(cli::print_config(&matches));
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    match runtime.enable_all().thread_stack_size(STACK).build() {
        Ok(runtime) => exit(runtime.block_on(cli::run(cli))),
        Err(error) => exit(Err(cli::Error::io("the runtime could not be started", error))),
    }
}

fn exit(result: Result<(), cli::Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("agent-ledger: {error}");
            ExitCode::FAILURE
        }
    }
}
