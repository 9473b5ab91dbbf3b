//! Exports: how they are written, and how far one is.

use crate::named::named;
use serde::{Deserialize, Serialize};

named! {
    /// How an export is written.
    pub enum ExportFormat {
        /// A row for each thing, a header first.
        Csv = "csv",
        /// A JSON object a line, as far as executions go as recording takes them.
        Ndjson = "ndjson",
    }
}

impl ExportFormat {
    /// The media type of what is written.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProgress {
    /// Rows written so far.
    pub rows: u64,
    /// Rows to be written, as counted when it began.
    pub total: u64,
    /// Whether it goes on.
    pub state: ExportState,
}

/// Whether an export goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportState {
    /// It goes on.
    Running,
    /// Everything was written.
    Done,
    /// It broke off.
    Failed,
}
