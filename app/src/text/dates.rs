//! The filter of dates.

pub const DATE: &str = "Date";
pub const ALL_TIME: &str = "All time";
pub const LAST_HOUR: &str = "Last hour";
pub const LAST_DAY: &str = "Last 24 hours";
pub const LAST_WEEK: &str = "Last 7 days";
pub const LAST_MONTH: &str = "Last 30 days";
pub const PRESETS: &str = "Ranges until now";
pub const START_DATE: &str = "Start Date";
pub const START_TIME: &str = "Start Time";
pub const END_DATE: &str = "End Date";
pub const END_TIME: &str = "End Time";
pub const WHOLE_DAYS: &str = "Without a time, whole days; both ends are included.";
pub const USE_UTC: &str = "Use UTC";
pub const TIME_ALONE: &str = "A time needs a date beside it.";
pub const BACKWARDS: &str = "The end is before the start.";
pub const BACKWARDS_WORDS: &str = "No execution can be between an end and a later start.";

/// The zone in which days and times are meant.
pub fn in_zone(name: &str) -> String {
    format!("Times in {name}")
}

/// Another zone to tell times in.
pub fn use_zone(name: &str) -> String {
    format!("Use {name}")
}

/// The start of a range.
pub fn since(start: &str) -> String {
    format!("From {start}")
}

/// The end of a range.
pub fn until(end: &str) -> String {
    format!("Until {end}")
}

/// Both ends of a range.
pub fn between(start: &str, end: &str) -> String {
    format!("{start} – {end}")
}
