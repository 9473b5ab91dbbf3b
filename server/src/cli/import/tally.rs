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
}

impl Tally {
    /// Counts a line that was handed to the store, and says what a person should know of it.
    pub fn count(&mut self, line: usize, recorded: Recorded) -> Option<String> {
        match recorded.result {
            RecordResult::Created(_) => self.created += 1,
            RecordResult::Finished(_) => self.finished += 1,
            RecordResult::Unchanged(_) => self.unchanged += 1,
            RecordResult::Conflict => {
                self.conflicts += 1;
                return Some(format!(
                    "line {line}: {} is there already and says something else; it stays as it is",
                    recorded.execution_id
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
        format!("line {line}: {}", words.join("; "))
    }

    /// Lines that were looked at, empty ones aside.
    pub fn lines(&self) -> u64 {
        self.created + self.finished + self.unchanged + self.expired + self.erased + self.refused()
    }

    /// Lines that were not recorded and should have been.
    pub fn refused(&self) -> u64 {
        self.conflicts + self.invalid
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
