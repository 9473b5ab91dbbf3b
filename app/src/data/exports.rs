//! How far an export is.

use super::wire::Answer;
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};
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

/// How far the export of that name is; `None` where this server has none.
#[server(prefix = "/_fn", endpoint = "export-progress", input = PostUrl, output = Answer)]
pub async fn load_export_progress(name: String) -> Result<Option<ExportProgress>, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let Ok(name) = name.parse() else {
        return Ok(None);
    };
    let exports = crate::server::context()?.exports;
    Ok(exports.progress(viewer.organization(), name))
}
