//! Lists without rows.

pub const NOTHING_YET: &str = "No executions yet";
pub const RECORD_ONE: &str = "This command records one. It appears here by itself.";
pub const CONNECT: &str = "More about recording";
pub const NO_MATCH: &str = "Nothing matches";
pub const NO_MATCH_WORDS: &str = "No execution of this agent passes these filters.";
pub const UNKNOWN_ID: &str = "No such execution";
pub const OTHER_AGENT: &str = "It belongs to another agent";
pub const LEFT_OUT: &str = "The execution is there, but other filters leave it out.";
pub const OPEN_IT: &str = "Open the execution";
pub const BEYOND: &str = "Beyond the last page";
pub const LAST_PAGE: &str = "To the last page";

/// An identifier that nothing has.
pub fn no_such_id(id: &str) -> String {
    format!("No execution of your organization has the ID {id}.")
}

/// Whose execution it is.
pub fn belongs_to(agent: &str) -> String {
    format!("The execution with this ID was recorded for {agent}.")
}

/// How long the list is.
pub fn beyond(total: &str, pages: &str, one: bool) -> String {
    format!(
        "The list has {total} rows on {pages} page{}.",
        if one { "" } else { "s" }
    )
}
