//! The agent under which something is recorded.

use domain::{OrganizationId, Timestamp};

/// The agent under which something is recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub organization: OrganizationId,
    pub agent_key: i64,
    /// What is kept of new ones; `None` is all.
    pub kept: Option<Kept>,
}

/// How long an agent's executions are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub days: u32,
    /// What began earlier is not stored any more.
    pub since: Timestamp,
}
