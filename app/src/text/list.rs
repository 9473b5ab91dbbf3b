//! The list of executions.

use domain::{Choice, Pagination, Status, format::grouped};

pub const STATUS: &str = "Status";
pub const SOURCE: &str = "Source";
pub const EXECUTED: &str = "Executed";
pub const ACTIONS: &str = "Actions";
pub const ALL_STATUSES: &str = "All Statuses";
pub const ALL_SOURCES: &str = "All Sources";
pub const APPLY: &str = "Apply";
pub const CLEAR: &str = "Clear";
pub const ACTIVE_FILTERS: &str = "Active filters";
pub const FIND: &str = "Find by execution ID";
pub const VIEW_DETAILS: &str = "View details";
pub const LIVE: &str = "Live";
pub const CONNECTING: &str = "Connecting";
pub const LOST: &str = "Connection lost, retrying";
pub const PAUSED: &str = "Paused";
pub const PAUSE: &str = "Pause live updates";
pub const RESUME: &str = "Go on with live updates";
pub const IGNORED: &str = "Some of the address was not understood and is ignored:";
pub const PAGES: &str = "Pages";
pub const PAGE_SIZE: &str = "Rows per page";
pub const ROWS: &str = "Rows";
pub const PREVIOUS: &str = "Previous";
pub const NEXT: &str = "Next";

/// The first of several choices.
pub fn and_more(first: &str, more: usize) -> String {
    format!("{first} +{more}")
}

/// A filter that is taken away.
pub fn remove(label: &str) -> String {
    format!("Remove filter {label}")
}

/// A filter's name and value.
pub fn labeled(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

/// The name of the link to an execution, apart from those of the other rows.
pub fn details(status: Status, at: &str) -> String {
    format!("{VIEW_DETAILS}: {}, {at}", status.label())
}

/// Which rows are shown out of how many.
pub fn showing(page: Pagination) -> String {
    let total = super::executions_count(&grouped(page.total), page.total == 1);
    match page.range() {
        Some((first, last)) => format!("Showing {} to {} of {total}", grouped(first), grouped(last)),
        None => format!("Showing none of {total}"),
    }
}

/// Rows that wait until they may come in.
pub fn new_executions(count: u64) -> String {
    format!(
        "{} new execution{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

/// Which page it is.
pub fn page_of(page: &str, pages: &str) -> String {
    format!("Page {page} of {pages}")
}
