//! The filtered history over time.

use super::wire::Answer;
use crate::error::PageError;
use domain::Strip;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// The strip above the list. `query` is the address's own query string, as the list takes it.
#[server(prefix = "/_fn", endpoint = "strip", input = PostUrl, output = Answer)]
pub async fn load_strip(agent_id: String, query: String) -> Result<Strip, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let (query, ignored) = crate::query_string::executions(&query);
    let (filter, zone, _) = crate::server::filter(query, ignored, &viewer.session.organization);
    let strip = viewer
        .store
        .strip(viewer.organization(), &agent_id, &filter, zone, viewer.now)
        .await?;
    Ok(strip)
}
