//! How far the import is, on standard error: a bar on a terminal, a line now and then elsewhere.

use super::tally::Tally;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    cell::Cell,
    io::IsTerminal,
    time::{Duration, Instant},
};

/// Time between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

const KNOWN: &str = "{bar:32} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
const UNKNOWN: &str = "{spinner} {bytes}  {bytes_per_sec}  {msg}";

/// Shows how far the import is. What counts as done is durable.
pub struct Progress {
    bar: Option<ProgressBar>,
    bytes: Option<u64>,
    last_line: Cell<Instant>,
}

impl Progress {
    /// Of an input of that many bytes, where the size is known.
    pub fn begin(bytes: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template(if bytes.is_some() { KNOWN } else { UNKNOWN });
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self {
            bar,
            bytes,
            last_line: Cell::new(Instant::now()),
        }
    }

    /// Everything up to byte `end` is recorded.
    pub fn advance(&self, end: u64, tally: &Tally) {
        if let Some(bar) = &self.bar {
            bar.set_position(end);
            bar.set_message(format!("{} lines", tally.lines()));
        } else if self.last_line.get().elapsed() >= PAUSE {
            self.last_line.set(Instant::now());
            let share = self
                .bytes
                .map(|bytes| format!(", {} %", end * 100 / bytes.max(1)));
            eprintln!("{} lines{}", tally.lines(), share.unwrap_or_default());
        }
    }

    /// Says something about a line without breaking the bar.
    pub fn report(&self, sentence: String) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{sentence}")),
            None => eprintln!("{sentence}"),
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
