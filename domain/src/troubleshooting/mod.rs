//! What may help with a failed execution: facts of the agent's own history first, then what is known of the error code.

mod advice;
mod history;
mod link;
mod usual;
mod variables;

pub use history::around;
pub use usual::UsualLatency;
pub use variables::Variables;

use crate::{ApiKeyId, Execution, ExecutionSummary, LocalZone, Status, Timestamp, VersionNumber};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One piece of help. It says what was observed, or what can be done; it never gives a guess as a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hint {
    /// A sentence or two.
    pub message: String,
    /// Where to see for oneself.
    pub evidence: Option<Evidence>,
}

/// The executions that a hint argues from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// What the link is called.
    pub label: String,
    /// The list's query string that shows them, without question mark.
    pub query: String,
}

/// From how many executions on a history is enough to argue from.
pub const ENOUGH: usize = 20;

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

/// Whether hints are given for executions that stand so.
pub fn helps(status: Status) -> bool {
    !matches!(status, Status::Running | Status::Success)
}

/// Whether two executions ended alike: with the same error code, or without one and in the same status.
pub fn alike(one: &ExecutionSummary, other: &ExecutionSummary) -> bool {
    match (&one.error_code, &other.error_code) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.status == other.status,
        _ => false,
    }
}

/// What may help with an execution, the most telling first; nothing where it did not fail.
pub fn hints(execution: &Execution, findings: &Findings, zone: &LocalZone) -> Vec<Hint> {
    if !helps(execution.summary.status) {
        return Vec::new();
    }
    let case = history::Case {
        execution: &execution.summary,
        findings,
        zone,
        code: advice::Code::of(&execution.summary),
    };
    let mut hints = case.facts();
    hints.extend(variables::differences(execution, findings));
    hints.push(Hint {
        message: case.code.advice(&execution.summary),
        evidence: None,
    });
    hints
}
