//! How far an export is.

use serde::{Deserialize, Serialize};

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
