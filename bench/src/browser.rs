//! The page in a real browser: `end2end/bench/page.spec.ts` measures, this reads its figures.

use crate::ledger::{Ledger, Server};
use anyhow::{Context, Result, ensure};
use std::{path::Path, process::Command, time::Duration};

/// What a line with a figure begins with: then name, milliseconds, and the budget in milliseconds, with tabs between.
const MARK: &str = "figure\t";

/// A time beside its budget.
pub struct Figure {
    pub name: String,
    pub time: Duration,
    pub budget: Duration,
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
    let mut fields = line.split('\t');
    let mut field = || fields.next().with_context(|| format!("{line:?} is no figure"));
    let name = field()?.to_owned();
    let time = millis(field()?)?;
    let budget = millis(field()?)?;
    Ok(Figure { name, time, budget })
}

fn millis(text: &str) -> Result<Duration> {
    let millis: f64 = text.parse().with_context(|| format!("{text:?} is no number"))?;
    Ok(Duration::try_from_secs_f64(millis / 1e3)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read() {
        let figure = read("first paint\t12.5\t300").unwrap();
        assert_eq!(
            (
                figure.name.as_str(),
                figure.time.as_micros(),
                figure.budget.as_millis()
            ),
            ("first paint", 12_500, 300)
        );
        assert!(read("first paint\tsoon\t300").is_err());
        assert!(read("first paint").is_err());
    }
}
