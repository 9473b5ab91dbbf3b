//! What came of the rounds: a line for each that failed, and a table at the end.

use crate::{
    database::Backend,
    kind::{Door, Kind},
    round::Outcome,
    standing::Standing,
};
use std::{collections::BTreeMap, fmt::Write as _, io::Write as _, time::Duration};

/// Rounds of one kind on one database.
#[derive(Debug, Default)]
struct Row {
    rounds: u32,
    before: u32,
    under_way: u32,
    after: u32,
    slowest: Duration,
    failed: u32,
}

/// Everything that came of the rounds.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    /// By where they stand in the table: kind and database.
    rows: BTreeMap<(usize, usize), (String, Row)>,
    failures: Vec<String>,
}

impl Report {
    /// Of rounds of that seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            rows: BTreeMap::new(),
            failures: Vec::new(),
        }
    }

    /// Takes in the work that nothing disturbed.
    pub fn undisturbed(
        &mut self,
        kind: Kind,
        backend: Backend,
        door: Door,
        took: Duration,
        faults: &[String],
    ) {
        let name = format!("{} by {} on {}", kind.name(), door.name(), backend.name());
        print(&format!("{name}: {} undisturbed", seconds(took)));
        self.fail(&format!("{name}, undisturbed"), faults);
    }

    /// Takes in a round.
    pub fn round(&mut self, at: At, outcome: &Outcome) {
        let key = (at.kind as usize, at.backend as usize);
        let name = format!("{:<14} {:<11}", at.kind.name(), at.backend.name());
        let (_, row) = self.rows.entry(key).or_insert_with(|| (name, Row::default()));
        row.rounds += 1;
        match outcome.met {
            Standing::Unasked | Standing::Waiting => row.before += 1,
            Standing::UnderWay => row.under_way += 1,
            Standing::Ended => row.after += 1,
        }
        row.slowest = row.slowest.max(outcome.resumed.unwrap_or_default());
        row.failed += u32::from(!outcome.faults.is_empty());
        self.fail(&at.to_string(), &outcome.faults);
    }

    /// Takes in a round that could not be run to its end.
    pub fn broke_off(&mut self, at: At, error: &anyhow::Error) {
        let outcome = Outcome {
            met: Standing::Unasked,
            resumed: None,
            faults: vec![format!("it broke off: {error:#}")],
        };
        self.round(at, &outcome);
    }

    fn fail(&mut self, name: &str, faults: &[String]) {
        if !faults.is_empty() {
            let text = format!("{name}:\n  {}", faults.join("\n  "));
            print(&format!("FAILED {text}"));
            self.failures.push(text);
        }
    }

    /// Prints the table. Whether everything is as it has to be.
    pub fn conclude(&self) -> bool {
        print(&self.table());
        self.failures.is_empty()
    }

    fn table(&self) -> String {
        let mut text = format!(
            "\n{:<14} {:<11} {:>7} {:>8} {:>10} {:>7} {:>19} {:>7}\n{}\n",
            "kind",
            "database",
            "rounds",
            "before",
            "under way",
            "after",
            "slowest resumption",
            "failed",
            "─".repeat(91)
        );
        for (name, row) in self.rows.values() {
            let _ = writeln!(
                text,
                "{name} {:>7} {:>8} {:>10} {:>7} {:>19} {:>7}",
                row.rounds,
                row.before,
                row.under_way,
                row.after,
                seconds(row.slowest),
                row.failed
            );
        }
        let _ = match self.failures.len() {
            0 => writeln!(text, "\ncrash: everything came to its end (seed {})", self.seed),
            failed => writeln!(text, "\ncrash: {failed} failed (seed {})", self.seed),
        };
        text
    }
}

/// Which round.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// Of which work.
    pub kind: Kind,
    /// On which database.
    pub backend: Backend,
    /// How it was begun.
    pub door: Door,
    /// Its number.
    pub round: u32,
    /// When the process was killed.
    pub moment: Duration,
}

impl std::fmt::Display for At {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} by {} on {}, round {}, killed after {:.3} s",
            self.kind.name(),
            self.door.name(),
            self.backend.name(),
            self.round,
            self.moment.as_secs_f64()
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    const AT: At = At {
        kind: Kind::Purge,
        backend: Backend::Sqlite,
        door: Door::Start,
        round: 3,
        moment: Duration::from_millis(1_250),
    };

    #[test]
    fn a_failed_round_is_named_and_counted() {
        let mut report = Report::new(7);
        let outcome = |faults| Outcome {
            met: Standing::UnderWay,
            resumed: Some(Duration::from_millis(16_500)),
            faults,
        };
        report.round(AT, &outcome(Vec::new()));
        assert!(report.conclude());
        report.round(AT, &outcome(vec!["open tasks: 1 instead of 0".to_owned()]));
        assert!(!report.conclude());
        let table = report.table();
        assert!(
            table.contains(
                "purge          SQLite            2        0          2       0             16.50 s       1"
            ),
            "{table}"
        );
        assert!(table.contains("crash: 1 failed (seed 7)"), "{table}");
        assert_eq!(
            report.failures,
            ["purge by start on SQLite, round 3, killed after 1.250 s:\n  open tasks: 1 instead of 0"]
        );
    }
}
