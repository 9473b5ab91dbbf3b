//! What somebody follows.

use super::places::Follower;
use domain::{AgentId, EventPosition, ExecutionFilter, OrganizationId};

/// What somebody wants to follow.
pub struct Subscription {
    /// Whose agent.
    pub organization: OrganizationId,
    /// Of this agent,
    pub agent: AgentId,
    /// what passes this filter,
    pub filter: ExecutionFilter,
    /// after this event; from now on where none is named.
    pub after: Option<EventPosition>,
    /// Whose stream it counts as.
    pub follower: Follower,
}
