//! The page in a real browser: `end2end/bench/page.spec.ts` measures, this reads its figures.

use crate::ledger::{Ledger, Server};
use anyhow::{Context, Result, bail, ensure};
use std::{path::Path, process::Command, time::Duration};

/// What a line with a figure begins with: then name, amount, budget and the unit of both, with tabs between.
const MARK: &str = "figure\t";

/// What was measured, beside its budget.
pub struct Figure {
    pub name: String,
    pub amounts: Amounts,
}

/// An amount and what it may be at most.
#[derive(Debug, PartialEq, Eq)]
pub enum Amounts {
    Time(Duration, Duration),
    Bytes(u64, u64),
}

/// Measures the page of the agent's executions.
pub async fn measure(playwright: &Path, ledger: &Ledger, server: &Server) -> Result<Vec<Figure>> {
    // …/end2end/node_modules/.bin/playwright
    let folder = playwright
        .ancestors()
        .nth(3)
        .context("playwright lies in no end2end/node_modules/.bin")?;
    let output = Command::new(playwright)
        .current_dir(folder)
        .args(["test", "--config=bench.config.ts"])
        .env("BENCH_ORIGIN", server.origin())
        .env("BENCH_COOKIE", server.sign_in().await?)
        .env("BENCH_PATH", ledger.page())
        .env("BENCH_KEY", server.key())
        .output()
        .with_context(|| format!("cannot run {}", playwright.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "the page could not be measured:\n{text}");
    text.lines()
        .filter_map(|line| line.strip_prefix(MARK))
        .map(read)
        .collect()
}

fn read(line: &str) -> Result<Figure> {
    let fields: Vec<_> = line.split('\t').collect();
    let [name, amount, budget, unit] = fields[..] else {
        bail!("{line:?} is no figure");
    };
    let number = |text: &str| {
        text.parse::<f64>()
            .with_context(|| format!("{text:?} is no number"))
    };
    let (amount, budget) = (number(amount)?, number(budget)?);
    let amounts = match unit {
        "ms" => Amounts::Time(millis(amount)?, millis(budget)?),
        "kB" => Amounts::Bytes(bytes(amount), bytes(budget)),
        _ => bail!("{unit:?} is no unit"),
    };
    Ok(Figure {
        name: name.to_owned(),
        amounts,
    })
}

fn millis(millis: f64) -> Result<Duration> {
    Ok(Duration::try_from_secs_f64(millis / 1e3)?)
}

fn bytes(kilobytes: f64) -> u64 {
    (kilobytes * 1e3).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read() {
        let figure = read("first paint\t12.5\t300\tms").unwrap();
        assert_eq!(figure.name, "first paint");
        assert_eq!(
            figure.amounts,
            Amounts::Time(Duration::from_micros(12_500), Duration::from_millis(300))
        );
        let grown = read("growth\t1.5\t100\tkB").unwrap();
        assert_eq!(grown.amounts, Amounts::Bytes(1_500, 100_000));
        for line in [
            "first paint\tsoon\t300\tms",
            "first paint\t1\t300\tyears",
            "first paint",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
