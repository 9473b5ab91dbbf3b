//! What happens to executions, as the live stream tells it.

use crate::{ExecutionFilter, ExecutionSummary, named::named};
use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

/// A place in the log of what happens to an agent's executions. Later events have greater positions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventPosition(pub i64);

impl fmt::Display for EventPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EventPosition {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

named! {
    /// What an event means to whoever watches a filtered list.
    pub enum EventKind {
        /// A row is new to the list: recorded just now, or changed so that it passes the filter.
        Created = "execution.created",
        /// A row of the list says something else.
        Updated = "execution.updated",
        /// A row is no longer on the list: removed, or changed so that it does not pass the filter.
        Deleted = "execution.deleted",
    }
}

/// One change to one execution.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionEvent {
    /// Its place in the log.
    pub position: EventPosition,
    /// The row before; `None` where there was none.
    pub before: Option<ExecutionSummary>,
    /// The row after; `None` where it was removed.
    pub after: Option<ExecutionSummary>,
}

impl ExecutionEvent {
    /// What the event means to a list of what passes `filter`, and the row it is about. `None`: nothing.
    pub fn through(&self, filter: &ExecutionFilter) -> Option<(EventKind, &ExecutionSummary)> {
        let before = self.before.as_ref().filter(|row| filter.matches(row));
        let after = self.after.as_ref().filter(|row| filter.matches(row));
        match (before, after) {
            (None, None) => None,
            (None, Some(row)) => Some((EventKind::Created, row)),
            (Some(_), Some(row)) => Some((EventKind::Updated, row)),
            // The row as it is now, where it is still there.
            (Some(row), None) => Some((EventKind::Deleted, self.after.as_ref().unwrap_or(row))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    fn row(status: Status) -> Option<ExecutionSummary> {
        Some(ExecutionSummary {
            status,
            ..ExecutionSummary::example("exec_1".parse().unwrap(), "agent_1".parse().unwrap())
        })
    }

    fn through(
        before: Option<ExecutionSummary>,
        after: Option<ExecutionSummary>,
        statuses: &[Status],
    ) -> Option<(EventKind, Status)> {
        let event = ExecutionEvent {
            position: EventPosition(1),
            before,
            after,
        };
        let filter = ExecutionFilter {
            statuses: statuses.iter().copied().collect(),
            ..Default::default()
        };
        event.through(&filter).map(|(kind, row)| (kind, row.status))
    }

    #[test]
    fn without_a_filter_an_event_is_what_happened() {
        use Status::{Failed, Running};
        assert_eq!(
            through(None, row(Running), &[]),
            Some((EventKind::Created, Running))
        );
        assert_eq!(
            through(row(Running), row(Failed), &[]),
            Some((EventKind::Updated, Failed))
        );
        assert_eq!(
            through(row(Failed), None, &[]),
            Some((EventKind::Deleted, Failed))
        );
        assert_eq!(through(None, None, &[]), None);
    }

    #[test]
    fn a_filter_is_entered_and_left() {
        use Status::{Failed, Running, Success};
        assert_eq!(
            through(row(Running), row(Failed), &[Failed]),
            Some((EventKind::Created, Failed))
        );
        assert_eq!(
            through(row(Running), row(Failed), &[Running]),
            Some((EventKind::Deleted, Failed)),
            "with the row as it is now"
        );
        assert_eq!(
            through(row(Running), row(Failed), &[Running, Failed]),
            Some((EventKind::Updated, Failed))
        );
        assert_eq!(through(row(Running), row(Failed), &[Success]), None);
        assert_eq!(through(None, row(Failed), &[Success]), None);
        assert_eq!(through(row(Failed), None, &[Success]), None);
    }

    #[test]
    fn positions_read_as_they_are_written() {
        for position in [EventPosition(0), EventPosition(i64::MAX)] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        assert!("1.5".parse::<EventPosition>().is_err());
    }
}
