//! The strip above the list.

pub const OVER_TIME: &str = "Executions over time";
pub const TODAY: &str = "Today";
pub const NOW: &str = "now";
pub const NONE: &str = "No executions in this range.";

/// What some bars hold.
pub fn told(span: &str, counts: &str) -> String {
    format!("{span}: {counts}")
}

/// The whole strip.
pub fn summary(told: &str) -> String {
    match told {
        "" => format!("{OVER_TIME}. {NONE}"),
        told => format!("{OVER_TIME}. {told}."),
    }
}

/// What a keyboard does with the strip.
pub const HOW: &str = "Arrow keys move over it, with Shift they choose a range, Enter filters for it.";
