//! `cargo xtask siege`: whether strangers, or whoever holds one API key, can end the server or keep others from it. It
//! runs with little memory, and everything comes over loopback, bounded in number and time.

mod afterwards;
mod arena;
mod besieged;
mod bodies;
mod cgroup;
mod exchange;
mod fixture;
mod phases;
mod probe;
mod report;
mod round;
mod scale;
mod sources;

use anyhow::{Context, Result, bail};
use cgroup::MemoryGroup;
use clap::Parser;
use fixture::Fixture;
use phases::Phase;
use report::{Report, mib, print, seconds};
use round::Siege;
use scale::Scale;
use sources::Sources;
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

/// Bytes of memory that the server has.
const MEMORY: u64 = 256 << 20;
/// Threads of those who besiege.
const THREADS: usize = 2;

/// Besieges a built agent-ledger.
#[derive(Parser)]
#[command(name = "cargo xtask siege")]
struct Arguments {
    /// Less of everything, for a minute
    #[arg(long)]
    short: bool,
    /// Only these phases, with commas between
    #[arg(long, value_name = "PHASE", value_delimiter = ',')]
    only: Vec<Phase>,
    /// Folder for the database, which is removed afterwards
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// The binary that is besieged
    #[arg(long, env = "AGENT_LEDGER_SIEGE_BINARY")]
    binary: PathBuf,
    /// The file that tells what is mounted
    #[arg(long, default_value = "/proc/self/mounts", hide = true)]
    mounts: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("siege: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything held.
fn run(arguments: &Arguments) -> Result<bool> {
    let name = format!("agent-ledger-siege-{}", std::process::id());
    let group = match MemoryGroup::create(&arguments.mounts, &name, MEMORY) {
        Ok(group) => group,
        Err(error) => {
            print(&format!("siege: skipped: no writable memory cgroup ({error:#})"));
            return Ok(true);
        }
    };
    print(&format!("siege: {} in {}", mib(MEMORY), group.folder().display()));
    if !group.is_resettable() {
        print("siege: this kernel does not set the group's peak back");
    }
    // It runs in a folder of its own.
    let binary = std::path::absolute(&arguments.binary)?;
    let folder = tempfile::Builder::new()
        .prefix("agent-ledger-siege-")
        .tempdir_in(&arguments.folder)
        .with_context(|| format!("cannot make a folder in {}", arguments.folder.display()))?;
    let scale = if arguments.short {
        Scale::SHORT
    } else {
        Scale::LONG
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let besieging = async {
        eprintln!("▸ fill the database");
        let begin = Instant::now();
        let fixture = Fixture::create(&binary, folder.path(), scale).await?;
        eprintln!("✓ fill the database ({})", seconds(begin.elapsed()));
        let mut siege = Siege {
            group,
            fixture: Arc::new(fixture),
            scale,
            report: Report::default(),
            acknowledged: Vec::new(),
        };
        let mut failure = None;
        for (sources, phases) in rounds(arguments.short, &arguments.only) {
            if let Err(error) = siege.round(sources, &phases).await {
                failure = Some(error.context(format!("the round from {} broke off", sources.name())));
                break;
            }
        }
        let has_held = siege.report.conclude();
        match failure {
            Some(error) => Err(error),
            None => Ok(has_held),
        }
    };
    runtime.block_on(async {
        tokio::select! {
            has_held = besieging => has_held,
            // Server and group go with what is dropped.
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    })
}

/// What comes after what. In short everything comes from many addresses, and all at once from one.
fn rounds(is_short: bool, only: &[Phase]) -> Vec<(Sources, Vec<Phase>)> {
    let one_by_one = Phase::alone();
    let rounds = if is_short {
        vec![
            (Sources::Many, one_by_one.collect()),
            (Sources::One, vec![Phase::Mixed]),
        ]
    } else {
        let all: Vec<_> = one_by_one.chain([Phase::Mixed]).collect();
        vec![(Sources::Many, all.clone()), (Sources::One, all)]
    };
    let is_meant = |phase: &Phase| only.is_empty() || only.contains(phase);
    rounds
        .into_iter()
        .map(|(sources, phases): (_, Vec<_>)| {
            (sources, phases.into_iter().filter(is_meant).collect::<Vec<_>>())
        })
        .filter(|(_, phases)| !phases.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_from_many_and_from_one() {
        let rounds = rounds(false, &[]);
        assert_eq!(rounds.len(), 2);
        for (_, phases) in rounds {
            assert_eq!(phases.len(), 8);
            assert_eq!(phases.last(), Some(&Phase::Mixed));
        }
    }

    #[test]
    fn only_what_is_named_comes() {
        assert_eq!(
            rounds(true, &[Phase::Pages]),
            [(Sources::Many, vec![Phase::Pages])]
        );
        assert_eq!(
            rounds(true, &[Phase::Mixed]),
            [(Sources::One, vec![Phase::Mixed])]
        );
    }
}
