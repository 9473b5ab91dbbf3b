//! What became of the lines.

use domain::Errors;
use std::fmt;
use store::{RecordResult, Recorded};

/// How many lines became what.
#[derive(Debug, Default)]
pub struct Tally {
    created: u64,
    finished: u64,
    unchanged: u64,
    conflicts: u64,
    invalid: u64,
    expired: u64,
    erased: u64,
    /// Lines that could be recorded, where nothing is.
    readable: Option<u64>,
    /// What a line is called.
    pub unit: &'static str,
}

impl Tally {
    /// Of nothing yet.
    pub fn of(unit: &'static str) -> Self {
        Self {
            unit,
            ..Self::default()
        }
    }

    /// Counts lines that could be recorded, where nothing is to be.
    pub fn read(&mut self, lines: usize) {
        *self.readable.get_or_insert_default() += lines as u64;
    }

    /// Why nothing of all that was given is there now, in a sentence; `None` where something is.
    pub fn why_nothing(&self, organization: &str) -> Option<String> {
        if self.created + self.finished + self.unchanged + self.readable.unwrap_or_default() > 0 {
            return None;
        }
        match (self.expired, self.erased) {
            (0, 0) => None,
            (0, _) => Some("nothing was recorded: all were erased before, and never come back".to_owned()),
            _ => Some(format!(
                "nothing was recorded: all are older than executions are kept; `agent-ledger retention --org \
                 {organization:?} --plan PLAN`, or the agent's own setting, keeps them for longer"
            )),
        }
    }

    /// Counts a line that was handed to the store, and says what a person should know of it.
    pub fn count(&mut self, line: usize, recorded: Recorded) -> Option<String> {
        match recorded.result {
            RecordResult::Created(_) => self.created += 1,
            RecordResult::Finished(_) => self.finished += 1,
            RecordResult::Unchanged(_) => self.unchanged += 1,
            RecordResult::Conflict => {
                self.conflicts += 1;
                return Some(format!(
                    "{} {line}: {} is there already and says something else; it stays as it is",
                    self.unit, recorded.execution_id
                ));
            }
            RecordResult::Invalid(errors) => return Some(self.invalid(line, &errors.into())),
            RecordResult::Expired { .. } => self.expired += 1,
            RecordResult::Erased => self.erased += 1,
            // The command line has no key, and so no budget.
            RecordResult::BudgetSpent(_) => self.conflicts += 1,
        }
        None
    }

    /// Counts a line that cannot be recorded, and says why.
    pub fn invalid(&mut self, line: usize, errors: &Errors) -> String {
        self.invalid += 1;
        let mut words: Vec<_> = errors
            .told()
            .iter()
            .map(|error| error.to_string().trim_start().to_owned())
            .collect();
        if errors.more() > 0 {
            words.push(format!("and {} more", errors.more()));
        }
        format!("{} {line}: {}", self.unit, words.join("; "))
    }

    /// Lines that were looked at, empty ones aside.
    pub fn lines(&self) -> u64 {
        let settled = self.created + self.finished + self.unchanged + self.expired + self.erased;
        settled + self.refused() + self.readable.unwrap_or_default()
    }

    /// Lines that were not recorded and should have been.
    pub fn refused(&self) -> u64 {
        self.conflicts + self.invalid
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(readable) = self.readable {
            return write!(
                f,
                "{readable} could be recorded, {} invalid; nothing was recorded",
                self.invalid
            );
        }
        write!(f, "{} created, ", self.created)?;
        if self.finished > 0 {
            write!(f, "{} finished, ", self.finished)?;
        }
        write!(
            f,
            "{} unchanged, {} conflicts, {} invalid",
            self.unchanged, self.conflicts, self.invalid
        )?;
        if self.expired > 0 {
            write!(f, ", {} older than they are kept", self.expired)?;
        }
        if self.erased > 0 {
            write!(f, ", {} erased before", self.erased)?;
        }
        Ok(())
    }
}
