//! The figures as a table, each beside its budget (DESIGN, section 8).

use crate::statistics::Latency;
use anyhow::Result;
use std::{io::Write, time::Duration};

/// How much slower the list may be with the longest history than with the shortest.
const GROWTH: f64 = 2.0;
/// Sizes between which the growth is promised.
const GROWTH_SIZES: (u64, u64) = (10_000, 10_000_000);

enum Line {
    Section(String),
    Figure {
        name: String,
        figure: String,
        budget: String,
        met: Option<bool>,
    },
}

/// Everything that was measured, in order.
pub struct Report {
    lines: Vec<Line>,
    /// Size of the history, and its slowest list.
    slowest_lists: Vec<(u64, Duration)>,
}

impl Report {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            lines: Vec::new(),
            slowest_lists: Vec::new(),
        }
    }

    /// Says what the following figures are about.
    pub fn section(&mut self, title: impl Into<String>) {
        self.lines.push(Line::Section(title.into()));
    }

    /// A figure without a budget.
    pub fn figure(&mut self, name: impl Into<String>, figure: impl Into<String>) {
        self.push(name, figure, String::new(), None);
    }

    /// Times of calls without a budget.
    pub fn times(&mut self, name: impl Into<String>, latency: Latency) {
        self.figure(name, times(latency));
    }

    /// Times of calls; the budget is for the 95th percentile.
    pub fn latency(&mut self, name: impl Into<String>, latency: Latency, budget: Duration) {
        let figure = times(latency);
        let limit = format!("p95 ≤ {}", millis(budget));
        self.push(name, figure, limit, Some(latency.p95 <= budget));
    }

    /// A rate that is to be at least half of what raw SQLite reaches.
    pub fn half_of_raw(&mut self, name: impl Into<String>, rate: f64, raw: f64) {
        let limit = format!("≥ {} (½ of raw)", per_second(raw / 2.0));
        self.push(name, per_second(rate), limit, Some(rate >= raw / 2.0));
    }

    /// A time that is to be no longer than `budget`.
    pub fn at_most(&mut self, name: impl Into<String>, time: Duration, budget: Duration) {
        self.push(
            name,
            millis(time),
            format!("≤ {}", millis(budget)),
            Some(time <= budget),
        );
    }

    /// Bytes that are to be no more than `mebibytes`.
    pub fn at_most_mebibytes(&mut self, name: impl Into<String>, bytes: u64, mebibytes: u64) {
        let limit = format!("≤ {mebibytes} MiB");
        self.push(name, mib(bytes), limit, Some(bytes <= mebibytes << 20));
    }

    /// Bytes that are to be no more than `kilobytes`.
    pub fn at_most_kilobytes(&mut self, name: impl Into<String>, bytes: u64, kilobytes: u64) {
        let limit = format!("≤ {kilobytes} kB");
        self.push(name, kb(bytes), limit, Some(bytes <= kilobytes * 1_000));
    }

    /// Remembers the slowest list of a size, to be compared at the end.
    pub fn slowest_list(&mut self, size: u64, p95: Duration) {
        self.slowest_lists.push((size, p95));
    }

    /// How the list grew from the smallest to the largest history.
    pub fn compare_sizes(&mut self) {
        let smallest = self.slowest_lists.iter().min_by_key(|(size, _)| *size).copied();
        let largest = self.slowest_lists.iter().max_by_key(|(size, _)| *size).copied();
        let (Some((small, before)), Some((large, after))) = (smallest, largest) else {
            return;
        };
        if small == large {
            return;
        }
        let growth = after.as_secs_f64() / before.as_secs_f64().max(1e-9);
        self.section("All sizes");
        let promised = (small, large) == GROWTH_SIZES;
        self.push(
            format!("slowest list, {} over {}", count(large), count(small)),
            format!("{growth:.2} ×"),
            format!("≤ {GROWTH} × (10,000,000 over 10,000)"),
            promised.then_some(growth <= GROWTH),
        );
    }

    fn push(
        &mut self,
        name: impl Into<String>,
        figure: impl Into<String>,
        budget: String,
        met: Option<bool>,
    ) {
        self.lines.push(Line::Figure {
            name: name.into(),
            figure: figure.into(),
            budget,
            met,
        });
    }

    /// Writes the table to standard output.
    pub fn print(&self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        for line in &self.lines {
            match line {
                Line::Section(title) => writeln!(out, "\n{title}\n{}", "─".repeat(116))?,
                Line::Figure {
                    name,
                    figure,
                    budget,
                    met,
                } => {
                    let verdict = match met {
                        Some(true) => "met",
                        Some(false) => "MISSED",
                        None => "",
                    };
                    let row = format!("{name:<51} {figure:>28}  {budget:<24}  {verdict}");
                    writeln!(out, "{}", row.trim_end())?;
                }
            }
        }
        Ok(())
    }
}

/// `12,480`
pub fn count(number: u64) -> String {
    domain::format::grouped(number)
}

/// `12,480/s`
pub fn per_second(rate: f64) -> String {
    format!("{}/s", count(rate.round() as u64))
}

fn times(latency: Latency) -> String {
    format!("p50 {}  p95 {}", millis(latency.p50), millis(latency.p95))
}

/// `1.25 ms`
pub fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// `38.2 MiB`
pub fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// `243.1 kB`
pub fn kb(bytes: u64) -> String {
    format!("{:.1} kB", bytes as f64 / 1e3)
}
