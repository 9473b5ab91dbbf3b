//! How long executions are kept.

use domain::retention::{ENTERPRISE_DAYS, PRO_DAYS, STANDARD_DAYS};

pub const TITLE: &str = "Retention";
pub const WORDS: &str = "Executions that began longer ago than this are deleted for good, within a quarter of an hour. \
    Running ones stay until they end.";
pub const PLAN: &str = "Keep executions";
pub const DAYS: &str = "Days of Enterprise";
pub const DAYS_WORDS: &str = "365 to 36,500, for Enterprise alone.";
pub const SAVE: &str = "Set retention";
pub const LAST_RUN: &str = "Last deleted";
pub const FAILED: &str = "The last deletion failed";
pub const WAITS: &str = "The server's clock went forward by more than 7 days since it last wrote, so nothing is deleted. \
    See that the clock is right; then an owner lets deletion go on.";
pub const GO_ON: &str = "The clock is right: delete what is too old";
pub const ALL_OLDER: &str = "Older than is kept";

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
