//! `cargo xtask bench`: what the release binary reaches on this machine, beside raw SQLite on the same rows in the same
//! run. Every load is bounded, and goes over loopback to a server that is started here.

mod baseline;
mod browser;
mod export;
mod ledger;
mod live;
mod reading;
mod recording;
mod report;
mod retention;
mod round;
mod rows;
mod sizes;
mod statistics;

use anyhow::{Context, Result};
use clap::Parser;
use report::Report;
use round::Besides;
use std::path::PathBuf;

/// Sizes that are measured unless others are named.
const SIZES: &[&str] = &["10k", "100k", "1M"];

/// Measures a built agent-ledger.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// How many executions the one agent has, one measurement each: 10k, 100k, 1M, 10M
    #[arg(long, value_delimiter = ',', default_values = SIZES, value_parser = parse_size)]
    sizes: Vec<u64>,
    /// Folder for the databases, which are removed afterwards; 6 GB for a million executions
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// Playwright's program, to measure the page in a real browser as well; run in `end2end`
    #[arg(long, env = "AGENT_LEDGER_BENCH_PLAYWRIGHT")]
    playwright: Option<PathBuf>,
    /// The binary to measure
    #[arg(long, env = "AGENT_LEDGER_BENCH_BINARY")]
    binary: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // It runs in folders of its own.
    let binary = std::path::absolute(&arguments.binary)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let folder = tempfile::Builder::new()
        .prefix("agent-ledger-bench-")
        .tempdir_in(&arguments.folder)
        .with_context(|| format!("cannot make a folder in {}", arguments.folder.display()))?;
    let mut report = Report::new();
    // The streams' cost does not depend on the history: one size shows it. So does one how it goes, best a long one.
    let with_streams = arguments.sizes.iter().min().copied();
    let with_retention = arguments.sizes.iter().max().copied();
    for size in &arguments.sizes {
        let folder = folder.path().join(size.to_string());
        std::fs::create_dir(&folder)?;
        let besides = Besides {
            streams: with_streams == Some(*size),
            retention: with_retention == Some(*size),
        };
        let round = runtime.block_on(round::run(
            &binary,
            arguments.playwright.as_deref(),
            &folder,
            *size,
            besides,
            &mut report,
        ));
        // Ten million executions are 50 GB: one size's files go before the next one's come.
        std::fs::remove_dir_all(&folder)?;
        round?;
    }
    report.compare_sizes();
    report.print()
}

/// A whole number, with `k` for thousands and `M` for millions.
fn parse_size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.strip_suffix(['k', 'K']) {
        Some(number) => (number, 1_000),
        None => match text.strip_suffix('M') {
            Some(number) => (number, 1_000_000),
            None => (text, 1),
        },
    };
    number
        .parse()
        .ok()
        .map(|number: u64| number.saturating_mul(unit))
        .filter(|size| (1_000..=10_000_000).contains(size))
        .ok_or_else(|| "must be from 1k to 10M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse_size;

    #[test]
    fn sizes() {
        assert_eq!(parse_size("10k"), Ok(10_000));
        assert_eq!(parse_size("1M"), Ok(1_000_000));
        assert_eq!(parse_size("2500"), Ok(2_500));
        for wrong in ["", "k", "999", "11M", "-1k"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
