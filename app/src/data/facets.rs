//! What an agent's executions can be filtered for.

use super::wire::Answer;
use crate::error::PageError;
use domain::Facets;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// The values that occur in the agent's history.
#[server(prefix = "/_fn", endpoint = "facets", input = PostUrl, output = Answer)]
pub async fn load_facets(agent_id: String) -> Result<Facets, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    Ok(viewer.store.facets(viewer.organization(), &agent_id).await?)
}
