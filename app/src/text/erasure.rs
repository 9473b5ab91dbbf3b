//! Erasing what one person executed.

use domain::format::grouped;

pub const TITLE: &str = "Erase a person's data";
pub const WORDS: &str = "Everything that one person executed goes for good, prompts and answers with it. First you see \
    how much that is. Identifiers alone stay, so that a repeated import brings nothing back.";
pub const WHO: &str = "Whose";
pub const WHO_WORDS: &str = "The e-mail address of a member, or what was recorded as executedBy.";
pub const LOOK: &str = "Look";
pub const AGENT: &str = "Agent";
pub const EXECUTIONS: &str = "Executions";
pub const OLDEST: &str = "The oldest began";
pub const FOR_GOOD: &str = "They cannot be brought back. Exports and backups are not touched.";
pub const GOES_ON: &str = "It goes on when you leave this page, and after a restart. How it stands:";

fn executions(count: u64) -> String {
    crate::text::executions_count(&grouped(count), count == 1)
}

/// What was found.
pub fn found(count: u64, who: &str) -> String {
    format!("{} of {who}.", executions(count))
}

/// Nothing was found.
pub fn nothing(who: &str) -> String {
    format!("There are no executions of {who}.")
}

/// What the button does.
pub fn erase(count: u64) -> String {
    format!("Erase {}", executions(count))
}

/// How far it is.
pub fn progress(gone: u64, all: u64, who: &str) -> String {
    format!(
        "Erasing: {} of {} of {who} are gone.",
        grouped(gone),
        executions(all)
    )
}

/// It is over.
pub fn erased(all: u64, who: &str) -> String {
    format!("Erased: {} of {who}.", executions(all))
}
