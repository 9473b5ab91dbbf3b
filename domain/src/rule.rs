//! Rules about people, keys and tasks that stand against what somebody asks.

use crate::connection::MAX_CONNECTIONS;

/// A rule that stands against what is asked. What is there decides, so nothing is wrong with the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// An organization keeps an owner.
    #[error("the organization would be left without an owner")]
    LastOwner,
    /// Only owners decide about owners.
    #[error("only owners decide about owners")]
    OwnersOnly,
    /// One's own password is changed by means of the old one.
    #[error("one's own password is changed by means of the old one")]
    OwnPassword,
    /// What concerns somebody's account as a whole is no single organization's business where there are several.
    #[error("the person belongs to another organization too")]
    BelongsElsewhere,
    /// A key that was revoked or has expired is not changed any more, and takes no other secret.
    #[error("the key was revoked or has expired; make a new one")]
    KeyEnded,
    /// The task has ended, so that no further attempt follows.
    #[error("the task has ended")]
    TaskEnded,
    /// An organization has so many connections at most.
    #[error("the organization has {MAX_CONNECTIONS} connections, and no more can be made; delete one")]
    ConnectionLimit,
    /// Where the clocks of two servers are more than 7 days apart, nothing is deleted for its age.
    #[error("another server's clock is more than 7 days ahead of this one's; set the clocks right")]
    ClocksDiffer,
}

impl Rule {
    /// Stable name of the rule, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::LastOwner => "last_owner",
            Self::OwnersOnly => "owners_only",
            Self::OwnPassword => "own_password",
            Self::BelongsElsewhere => "belongs_elsewhere",
            Self::KeyEnded => "api_key_ended",
            Self::TaskEnded => "task_ended",
            Self::ConnectionLimit => "connection_limit",
            Self::ClocksDiffer => "clocks_differ",
        }
    }
}
