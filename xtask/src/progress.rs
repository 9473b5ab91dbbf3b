//! What a person at the terminal sees of a step: its name, that it goes on, how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// A step whose program shows its own progress.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {name}");
    let start = Instant::now();
    let result = work()?;
    eprintln!("✓ {name} ({})", seconds(start.elapsed()));
    Ok(result)
}

/// A silent step: a ticking clock on a terminal, a line before and after elsewhere.
pub fn quiet_step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let clock = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        clock.set_style(style);
    }
    clock.set_message(name.to_owned());
    clock.enable_steady_tick(Duration::from_millis(200));
    if clock.is_hidden() {
        eprintln!("▸ {name}");
    }
    let start = Instant::now();
    let result = work();
    clock.finish_and_clear();
    if result.is_ok() {
        eprintln!("✓ {name} ({})", seconds(start.elapsed()));
    }
    result
}

/// A step whose result is already there.
pub fn skipped(name: &str) {
    eprintln!("✓ {name} (unchanged)");
}

/// `75.2 s`
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
