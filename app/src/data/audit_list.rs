//! One page of the audit log, in words.

use serde::{Deserialize, Serialize};

/// One page of the audit log, in words: the server has them, so that the browser need not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditList {
    /// Newest first.
    pub events: Vec<AuditRow>,
    /// What the filter says.
    pub filter: AuditForm,
    /// Which rows are shown out of how many.
    pub showing: String,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// Addresses that write all of it to a file, as CSV and as NDJSON.
    pub exports: [String; 2],
    /// Names of the address's parameters that make no sense and are ignored.
    pub ignored: Vec<String>,
}

/// One event in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// When, as machines read it.
    pub at: String,
    /// When, by the organization's clocks.
    pub when: String,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// What else there is to say.
    pub details: Option<String>,
    /// To what.
    pub subject: String,
    /// From which address.
    pub address: Option<String>,
    /// By which browser or program.
    pub browser: Option<String>,
}

/// The filter's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditForm {
    /// Value and words of each choice of actions.
    pub actions: Vec<(String, String)>,
    /// The chosen one.
    pub action: String,
    /// Who.
    pub actor: String,
    /// To what.
    pub subject: String,
    /// First day.
    pub start: String,
    /// Last day.
    pub end: String,
    /// Whether anything is filtered for.
    pub is_filtered: bool,
}
