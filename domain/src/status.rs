//! How an execution stands.

use crate::selection::Choice;
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

impl Choice for Status {
    const ALL: &'static [Self] = &[
        Self::Success,
        Self::Failed,
        Self::RateLimited,
        Self::Canceled,
        Self::Unauthorized,
        Self::Running,
    ];

    fn code(self) -> u8 {
        match self {
            Self::Running => 0,
            Self::Success => 1,
            Self::Failed => 2,
            Self::RateLimited => 3,
            Self::Canceled => 4,
            Self::Unauthorized => 5,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::RateLimited => "rate_limited",
            Self::Canceled => "canceled",
            Self::Unauthorized => "unauthorized",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Success => "Success",
            Self::Failed => "Failed",
            Self::RateLimited => "Rate Limited",
            Self::Canceled => "Canceled",
            Self::Unauthorized => "Unauthorized",
        }
    }
}
