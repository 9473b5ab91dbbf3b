//! How far an export is.

use super::wire::Answer;
use crate::error::PageError;
use domain::ExportProgress;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// How far the export of that name is; `None` where this server has none.
#[server(prefix = "/_fn", endpoint = "export-progress", input = PostUrl, output = Answer)]
pub async fn load_export_progress(name: String) -> Result<Option<ExportProgress>, PageError> {
    let viewer = crate::server::viewer()?;
    let Ok(name) = name.parse() else {
        return Ok(None);
    };
    Ok(viewer.service.export_progress(&viewer.caller, name)?)
}
