//! What was seen, each figure beside its bar, and a table of the phases at the end.

use std::{cmp::Reverse, collections::BTreeMap, fmt::Write as _, io::Write as _, time::Duration};

/// A figure of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    name: String,
    value: String,
    bar: String,
    met: Option<bool>,
    /// Whether only an optimized binary is judged by it.
    is_of_release: bool,
}

impl Figure {
    /// One without a bar.
    pub fn plain(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            bar: String::new(),
            met: None,
            is_of_release: false,
        }
    }

    /// One that has to be as the bar says.
    pub fn held(
        name: impl Into<String>,
        value: impl Into<String>,
        bar: impl Into<String>,
        met: bool,
    ) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            bar: bar.into(),
            met: Some(met),
            is_of_release: false,
        }
    }

    /// The same, by which only an optimized binary is judged.
    #[must_use]
    pub fn of_release(mut self) -> Self {
        self.is_of_release = true;
        self
    }

    /// What is left of it for a binary that is not optimized: without a bar where it is not judged by it.
    #[must_use]
    pub fn unoptimized(self) -> Self {
        if self.is_of_release {
            Self::plain(self.name, self.value)
        } else {
            self
        }
    }

    /// A time that is to be no longer than `most`.
    pub fn at_most(name: impl Into<String>, time: Duration, most: Duration) -> Self {
        Self::held(name, seconds(time), format!("≤ {}", seconds(most)), time <= most).of_release()
    }

    /// Faults, of which there are to be none; the most frequent are named.
    pub fn faults(name: impl Into<String>, faults: &[String]) -> Self {
        const NAMED: usize = 5;
        let mut counts = BTreeMap::<_, usize>::new();
        for fault in faults {
            *counts.entry(fault).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        let mut value = faults.len().to_string();
        for (index, (fault, count)) in counts.iter().take(NAMED).enumerate() {
            value += if index == 0 { ": " } else { "; " };
            if *count > 1 {
                let _ = write!(value, "{count} × ");
            }
            value += fault;
        }
        if counts.len() > NAMED {
            value += "; …";
        }
        Self::held(name, value, "none", faults.is_empty())
    }

    /// The same, of a part of its phase.
    #[must_use]
    pub fn of(mut self, part: &str) -> Self {
        self.name = format!("{part}: {}", self.name);
        self
    }

    /// Whether it is not as it has to be.
    pub fn is_missed(&self) -> bool {
        self.met == Some(false)
    }

    /// On one line: more of it was printed before.
    fn brief(&self) -> String {
        let value = match self.value.split_once('\n') {
            Some((first, _)) => format!("{first} …"),
            None => self.value.clone(),
        };
        format!("{}: {value} ({})", self.name, self.bar)
    }

    fn line(&self) -> String {
        let verdict = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let bar = if self.bar.is_empty() {
            String::new()
        } else {
            format!("  ({})", self.bar)
        };
        format!("  {verdict:<6}  {}: {}{bar}", self.name, self.value)
    }
}

/// What a phase cost, and what came of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The phase, and from where it came.
    pub name: String,
    /// How long it took.
    pub time: Duration,
    /// Resident memory after it; none where the process has ended.
    pub now: Option<u64>,
    /// The most resident memory, and whether that is of this phase alone.
    pub peak: Option<(u64, bool)>,
    /// The most memory of the group, pages of files included, and whether that is of this phase alone.
    pub group: Option<(u64, bool)>,
    /// Processes that were ended for want of memory.
    pub kills: u64,
    /// Figures that are not as they have to be.
    pub missed: Vec<String>,
}

/// Everything that was seen.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Prints the figures of a phase and keeps its row.
    pub fn add(&mut self, mut row: Row, figures: &[Figure]) {
        let mut text = format!("{} ({})\n", row.name, seconds(row.time));
        for figure in figures {
            let _ = writeln!(text, "{}", figure.line());
        }
        print(&text);
        row.missed = figures
            .iter()
            .filter(|figure| figure.is_missed())
            .map(Figure::brief)
            .collect();
        self.rows.push(row);
    }

    /// Prints the table. Whether everything is as it has to be.
    pub fn conclude(&self) -> bool {
        print(&self.table());
        self.rows.iter().all(|row| row.missed.is_empty())
    }

    fn table(&self) -> String {
        let mut text = format!(
            "\n{:<40} {:>8} {:>11} {:>11} {:>11} {:>9}  verdict\n{}\n",
            "phase",
            "time",
            "resident",
            "its peak",
            "group peak",
            "OOM kills",
            "─".repeat(108)
        );
        let peak = |peak: Option<(u64, bool)>| match peak {
            Some((bytes, true)) => mib(bytes),
            Some((bytes, false)) => format!("({})", mib(bytes)),
            None => "–".to_owned(),
        };
        for row in &self.rows {
            let verdict = if row.missed.is_empty() { "held" } else { "FAILED" };
            let _ = writeln!(
                text,
                "{:<40} {:>8} {:>11} {:>11} {:>11} {:>9}  {verdict}",
                row.name,
                seconds(row.time),
                row.now.map_or_else(|| "ended".to_owned(), mib),
                peak(row.peak),
                peak(row.group),
                row.kills,
            );
        }
        if self.rows.iter().any(|row| {
            [row.peak, row.group]
                .iter()
                .flatten()
                .any(|(_, is_alone)| !is_alone)
        }) {
            text.push_str("(…): since the start, as this kernel does not set it back\n");
        }
        let missed: Vec<_> = self
            .rows
            .iter()
            .flat_map(|row| row.missed.iter().map(move |missed| (&row.name, missed)))
            .collect();
        match missed.is_empty() {
            true => text.push_str("\nsiege: held\n"),
            false => {
                let _ = writeln!(text, "\nsiege: {} missed", missed.len());
            }
        }
        for (phase, missed) in missed {
            let _ = writeln!(text, "  {phase}: {missed}");
        }
        text
    }
}

/// Writes to standard output; whoever does not listen misses it.
pub fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{}", text.trim_end_matches('\n'));
    let _ = output.flush();
}

/// `1.25 s`
pub fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// `38.2 MiB`
pub fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// `38.2 MB`
pub fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// `243.1 kB`
pub fn kb(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            name: "idle".to_owned(),
            time: Duration::from_millis(1_500),
            now: Some(40 << 20),
            peak: Some((50 << 20, true)),
            group: Some((60 << 20, false)),
            kills: 0,
            missed: Vec::new(),
        }
    }

    #[test]
    fn a_missed_bar_is_named_with_its_phase() {
        let mut report = Report::default();
        report.add(
            row(),
            &[
                Figure::plain("tried", "3"),
                Figure::at_most("answer", Duration::from_secs(4), Duration::from_secs(3)),
            ],
        );
        let table = report.table();
        assert!(table.contains("FAILED"), "{table}");
        assert!(table.contains("  idle: answer: 4.00 s (≤ 3.00 s)"), "{table}");
        assert!(table.contains("(60.0 MiB)"), "{table}");
        assert!(!report.conclude());
    }

    #[test]
    fn what_is_met_holds() {
        let mut report = Report::default();
        report.add(row(), &[Figure::faults("wrong answers", &[])]);
        assert!(report.conclude());
    }

    #[test]
    fn the_most_frequent_faults_are_named() {
        let faults = ["a", "b", "b", "c", "d", "e", "f"].map(str::to_owned);
        let figure = Figure::faults("wrong answers", &faults);
        assert_eq!(
            figure.line(),
            "  MISSED  wrong answers: 7: 2 × b; a; c; d; e; …  (none)"
        );
        assert!(figure.is_missed());
    }

    #[test]
    fn what_takes_more_lines_is_told_in_full_once() {
        let mut report = Report::default();
        report.add(
            row(),
            &[Figure::held(
                "it",
                "ended; its last words:\n  | no",
                "lives",
                false,
            )],
        );
        assert!(report.table().contains("it: ended; its last words: … (lives)"));
    }
}
