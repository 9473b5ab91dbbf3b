//! What a transaction does to rows of executions, as the plan decides it and as counts and log are told of it.

use crate::{
    query::Value,
    row::{COLUMNS, Kind},
};
use domain::{ExecutionSummary, OrganizationId, Timestamp};
use std::borrow::Cow;

/// A row that is to be inserted.
#[derive(Debug)]
pub(crate) struct Insert<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub summary: Cow<'a, ExecutionSummary>,
    pub sealed: Cow<'a, [u8]>,
    pub amended: bool,
    /// Whether its start is when it was first heard of, since nobody said another.
    pub start_is_assumed: bool,
    /// When something was heard of it; `None` once it is final.
    pub heard_at: Option<Timestamp>,
}

/// Names of the columns of an inserted row beside its key: those that tell whose it is, the summary's, and those that tell
/// how it stands with it.
pub(super) fn columns() -> Vec<&'static str> {
    let summary = COLUMNS.iter().map(|column| column.name);
    let columns = ["organization_id", "agent_key"].into_iter().chain(summary);
    columns
        .chain(["amended", "start_is_assumed", "heard_at"])
        .collect()
}

/// What the columns hold.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    let summary = COLUMNS.iter().map(|column| column.kind);
    [Kind::Integer; 2]
        .into_iter()
        .chain(summary)
        .chain([Kind::Integer; 3])
}

impl Insert<'_> {
    /// The values of the columns.
    pub(super) fn values(&self) -> impl Iterator<Item = Value<'_>> {
        let whose = [self.organization.0, self.agent_key].map(Value::from);
        let summary = COLUMNS.iter().map(|column| (column.value)(&self.summary));
        let standing = [
            Value::from(i64::from(self.amended)),
            Value::from(i64::from(self.start_is_assumed)),
            Value::from(self.heard_at.map(|at| at.timestamp_micros())),
        ];
        whose.into_iter().chain(summary).chain(standing)
    }
}

/// A row that is to be updated.
#[derive(Debug)]
pub(crate) struct Update {
    pub organization: OrganizationId,
    pub execution_key: i64,
    pub agent_key: i64,
    pub before: ExecutionSummary,
    pub after: ExecutionSummary,
    pub sealed: Vec<u8>,
    /// As of an inserted row.
    pub start_is_assumed: bool,
    /// When something was heard of it; `None` once it is final.
    pub heard_at: Option<Timestamp>,
}

/// A running row of which something was heard that changes nothing.
#[derive(Debug)]
pub(crate) struct Heard {
    pub organization: OrganizationId,
    pub execution_key: i64,
    pub at: Timestamp,
}

/// The keys of the executions of one agent that a transaction recorded: none is outside, but between them may be some
/// of other agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrivals {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub first: i64,
    pub last: i64,
}

/// A row that the counts count in (`by` = 1) or out (`by` = -1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub row: &'a ExecutionSummary,
    pub by: i64,
}
