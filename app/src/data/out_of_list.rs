//! What a list of executions does not show, and why.

use domain::AgentId;
use serde::{Deserialize, Serialize};

/// Executions that were deleted when their time to be kept had passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Older {
    /// How many days executions are kept.
    pub days: u32,
    /// Whether the list's range begins at a given time before that.
    pub asked: bool,
    /// Whether the whole range lies before that.
    pub all: bool,
}

/// Where an execution is that the list does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Elsewhere {
    /// This agent's, but other filters leave it out.
    LeftOut,
    /// Another agent's.
    OtherAgent(AgentId, String),
}
