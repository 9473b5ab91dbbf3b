//! How an execution stands.

use crate::selection::choices;
use serde::{Deserialize, Serialize};

/// How an execution stands. Every status but `Running` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Begun, and not yet ended.
    Running,
    /// Completed with an answer.
    Success,
    /// Ended by an error.
    Failed,
    /// Refused because a rate limit was exceeded.
    RateLimited,
    /// Canceled by the user.
    Canceled,
    /// Refused because authentication failed.
    Unauthorized,
}

impl Status {
    /// Whether nothing more can happen to the execution.
    pub fn is_final(self) -> bool {
        self != Self::Running
    }
}

choices! {
    Status:
    Success = 1, "success", "Success";
    Failed = 2, "failed", "Failed";
    RateLimited = 3, "rate_limited", "Rate Limited";
    Canceled = 4, "canceled", "Canceled";
    Unauthorized = 5, "unauthorized", "Unauthorized";
    Running = 0, "running", "Running";
}
