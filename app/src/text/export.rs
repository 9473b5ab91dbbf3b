//! The export.

pub const EXPORT: &str = "Export CSV";
pub const TITLE: &str = "Download these executions as CSV";
pub const NOTHING: &str = "nothing to export";
pub const FAILED: &str = "The export broke off. Try again.";

/// How far it is.
pub fn running(rows: &str, total: &str) -> String {
    format!("{rows} of {total} rows")
}

/// How many rows it wrote.
pub fn done(rows: &str, one: bool) -> String {
    format!("{rows} row{} exported", if one { "" } else { "s" })
}
