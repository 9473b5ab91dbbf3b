//! Links from a hint to the executions that it argues from.

use super::hint::Evidence;
use crate::{DateBound, ExecutionQuery, ExecutionSummary, FieldValues, FilterField, Timestamp};
use chrono::Duration;

/// A link to a part of the list.
pub(super) fn link(label: impl Into<String>, query: &ExecutionQuery) -> Option<Evidence> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.pairs());
    Some(Evidence {
        label: label.into(),
        query: text.finish(),
    })
}

/// What began from one instant to another, both included.
pub(super) fn between(from: Timestamp, to: Timestamp) -> ExecutionQuery {
    ExecutionQuery {
        start: Some(DateBound::Instant(from)),
        end: Some(DateBound::Instant(to)),
        ..Default::default()
    }
}

/// What began from an instant on and before another.
pub(super) fn until(from: Timestamp, end: Timestamp) -> ExecutionQuery {
    between(from, end - Duration::microseconds(1))
}

/// Of those, what ended like this execution.
pub(super) fn alike(query: ExecutionQuery, execution: &ExecutionSummary) -> ExecutionQuery {
    match &execution.error_code {
        Some(_) => ExecutionQuery {
            values: FieldValues::same_as(execution, FilterField::ErrorCode),
            ..query
        },
        None => ExecutionQuery {
            statuses: [execution.status].into_iter().collect(),
            ..query
        },
    }
}
