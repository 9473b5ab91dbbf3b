//! How long executions are kept.

use domain::{
    Timestamp,
    format::full_local,
    retention::{ENTERPRISE_DAYS, PRO_DAYS, STANDARD_DAYS},
};

pub const TITLE: &str = "Retention";
pub const WORDS: &str = "Executions that began longer ago than this are deleted for good, within a quarter of an hour. \
    Running ones stay until they end.";
pub const PLAN: &str = "Keep executions";
pub const DAYS: &str = "Days of Enterprise";
pub const DAYS_WORDS: &str = "365 to 36,500, for Enterprise alone.";
pub const SAVE: &str = "Set retention";
pub const LAST_RUN: &str = "Last deleted";
pub const FAILED: &str = "The last deletion failed";
pub const GO_ON: &str = "Let deletion continue";
pub const ALL_OLDER: &str = "Older than is kept";

/// Why nothing is deleted, though it is too old, and what to do.
pub fn waits(since: Timestamp) -> String {
    let said = full_local(since.naive_utc());
    format!(
        "Deletion is paused: the server's clock jumped to {said} UTC. Check the server's clock. If it is right, an owner can \
         let deletion continue."
    )
}

/// A plan to choose.
pub fn plan(name: &str) -> String {
    match name {
        "standard" => format!("Standard: {STANDARD_DAYS} days"),
        "pro" => format!("Pro: {PRO_DAYS} days"),
        "enterprise" => format!("Enterprise: {} days and more, as agreed", ENTERPRISE_DAYS.start()),
        _ => "For ever".to_owned(),
    }
}

/// What deletions removed, the last one and all of them.
pub fn removed(last: &str, all: &str) -> String {
    format!("{last} executions went then, {all} in all.")
}

/// Why older executions are not there.
pub fn kept(days: &str, one: bool) -> String {
    let days = if one {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    };
    format!("Executions are kept {days}; older ones were deleted.")
}
