//! Kinds of failure, for the program.

use serde::{Deserialize, Serialize};

/// What kind of failure it is. Some have further names: what refuses a call before its function runs is a problem of the
/// REST API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is signed in.
    SignedOut,
    /// The role does not allow it.
    Forbidden,
    /// There is no such thing in this organization.
    NotFound,
    /// Something entered is wrong.
    #[serde(alias = "body_too_large", alias = "incomplete_body")]
    Invalid,
    /// The server has too much to do; it may work in a moment.
    #[serde(alias = "too_many_bytes", alias = "answers_unread")]
    Busy,
    /// No answer came.
    Unreachable,
    /// The fault is ours.
    Internal,
}

impl ErrorCode {
    /// Whether trying again can help.
    pub fn may_pass(self) -> bool {
        !matches!(self, Self::NotFound | Self::Forbidden | Self::SignedOut)
    }
}
