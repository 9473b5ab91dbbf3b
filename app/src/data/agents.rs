//! Agents.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Agent, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Every agent of the organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentList {
    /// By name.
    pub agents: Vec<Agent>,
    /// The server's time.
    pub now: Timestamp,
}

/// One agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentDetail {
    /// The agent.
    pub agent: Agent,
    /// Scheme, host and port of this server as the reader reached it.
    pub origin: String,
}

/// Every agent.
#[server(prefix = "/_fn", endpoint = "agents", input = PostUrl, output = Answer)]
pub async fn load_agents() -> Result<AgentList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    Ok(AgentList {
        agents: viewer.store.agents(viewer.organization()).await?,
        now: viewer.now,
    })
}

/// One agent.
#[server(prefix = "/_fn", endpoint = "agent", input = PostUrl, output = Answer)]
pub async fn load_agent(agent_id: String) -> Result<AgentDetail, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    Ok(AgentDetail {
        agent: viewer.store.agent(viewer.organization(), &agent_id).await?,
        origin: crate::server::origin(),
    })
}

/// Makes an agent and goes to it.
#[server(prefix = "/_fn", endpoint = "create-agent", input = PostUrl, output = Answer)]
pub async fn create_agent(name: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let agent = viewer.service.create_agent(&viewer.caller, &name).await?;
    leptos_axum::redirect(&crate::routes::executions(agent.agent_id.as_str()));
    Ok(())
}

/// Gives an agent another name.
#[server(prefix = "/_fn", endpoint = "rename-agent", input = PostUrl, output = Answer)]
pub async fn rename_agent(agent_id: String, name: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let change = service::AgentChange {
        name: Some(name),
        retention_days: None,
    };
    viewer
        .service
        .change_agent(&viewer.caller, &agent_id, change)
        .await?;
    Ok(())
}
