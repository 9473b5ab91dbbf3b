//! Versions of an agent's prompt.

use super::wire::Answer;
use crate::error::PageError;
use domain::{AgentVersion, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Every version of an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionList {
    /// Newest first.
    pub versions: Vec<AgentVersion>,
    /// Bytes up to which each prompt is here, where one is longer.
    pub cut_at: Option<u32>,
    /// The server's time.
    pub now: Timestamp,
}

/// Every version of an agent.
#[server(prefix = "/_fn", endpoint = "versions", input = PostUrl, output = Answer)]
pub async fn load_versions(agent_id: String) -> Result<VersionList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let bytes = crate::server::context()?.bounds.text;
    let characters = u32::try_from(bytes).unwrap_or(u32::MAX).saturating_add(1);
    let mut versions = viewer
        .store
        .versions_in_short(viewer.organization(), &agent_id, characters)
        .await?;
    let cut_at = crate::server::cut::versions(&mut versions, bytes);
    Ok(VersionList {
        versions,
        cut_at,
        now: viewer.now,
    })
}

/// Adds a version. `temperature` and `system_prompt` may be empty, which means none.
#[server(prefix = "/_fn", endpoint = "create-version", input = PostUrl, output = Answer)]
pub async fn create_version(
    agent_id: String,
    model: String,
    temperature: String,
    system_prompt: String,
    user_prompt_template: String,
    #[server(default)] activate: bool,
) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let version = crate::server::new_version(
        model,
        &temperature,
        &system_prompt,
        &user_prompt_template,
        activate,
    )
    .map_err(|error| crate::server::invalid(&error))?;
    viewer
        .service
        .create_version(&viewer.caller, &agent_id, version)
        .await?;
    Ok(())
}

/// Puts a version in use.
#[server(prefix = "/_fn", endpoint = "activate-version", input = PostUrl, output = Answer)]
pub async fn activate_version(agent_id: String, number: u32) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    viewer
        .service
        .activate_version(&viewer.caller, &agent_id, domain::VersionNumber(number))
        .await?;
    Ok(())
}
