//! What is argued from.

use super::variables::Variables;
use crate::{ApiKeyId, ExecutionSummary, Timestamp, VersionNumber};
use std::collections::HashMap;

/// What was found around an execution in its agent's history. Whoever gathers it bounds it.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The newest executions that began before this one, newest first.
    pub before: Vec<ExecutionSummary>,
    /// Whether there are none before those.
    pub before_is_all: bool,
    /// The others close to it in time.
    pub around: Option<Around>,
    /// The last one before it that ended alike, whether or not it is among `before`.
    pub last_alike: LastAlike,
    /// The version that was in use, and since when.
    pub activation: Option<(VersionNumber, Timestamp)>,
    /// What the variables of successes before it were like.
    pub variables: Variables,
    /// Names of API keys.
    pub key_names: HashMap<ApiKeyId, String>,
}

/// The other executions in a stretch of time around an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    /// First instant.
    pub from: Timestamp,
    /// Last instant.
    pub to: Timestamp,
    /// How many there are.
    pub all: u64,
    /// How many of them ended alike.
    pub alike: u64,
    /// Whether there are more, which were not looked at.
    pub more: bool,
}

/// When an execution ended alike for the last time before this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LastAlike {
    /// Not as far as was looked.
    #[default]
    Unknown,
    /// Never.
    Never,
    /// Then.
    At(Timestamp),
}

/// Whether two executions ended alike: with the same error code, or without one and in the same status.
pub fn alike(one: &ExecutionSummary, other: &ExecutionSummary) -> bool {
    match (&one.error_code, &other.error_code) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.status == other.status,
        _ => false,
    }
}
