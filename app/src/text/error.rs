//! Failures.

use crate::error_code::ErrorCode;

pub const UNREACHABLE: &str = "The server cannot be reached. Check the connection, then try again.";
pub const UNREADABLE: &str = "The server could not read what was sent. Reload the page and try again.";
pub const INTERNAL: &str = "Something went wrong on our side. It has been logged.";

/// The heading over a failure that takes a page's place.
pub fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::SignedOut => "Signed out",
        ErrorCode::Forbidden => "Not allowed",
        ErrorCode::NotFound => "Not found",
        ErrorCode::Invalid => "That did not work",
        ErrorCode::Busy => "Busy",
        ErrorCode::Unreachable => "No connection",
        ErrorCode::Internal => "Something went wrong",
    }
}
