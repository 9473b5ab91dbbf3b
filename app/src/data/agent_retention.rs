//! How long one agent's executions are kept: no longer than the organization's.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Retention, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// How long they are kept, and what another choice would delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRetention {
    /// How long the organization keeps executions.
    pub plan: Retention,
    /// The agent's own days, where it has any.
    pub own: Option<u32>,
    /// What the days that were asked about would mean.
    pub choice: Option<RetentionChoice>,
    /// The server's time.
    pub now: Timestamp,
}

/// What a number of days would mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetentionChoice {
    /// It can be chosen.
    Days {
        /// How many.
        days: u32,
        /// How many executions would be deleted.
        executions: u64,
        /// Those that began before.
        kept_since: Timestamp,
    },
    /// It cannot, for this reason.
    Refused(String),
}

/// How long the agent's executions are kept, and what that number of days would delete; none where it is empty.
#[server(prefix = "/_fn", endpoint = "agent-retention", input = PostUrl, output = Answer)]
pub async fn load_agent_retention(agent_id: String, days: String) -> Result<AgentRetention, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let organization = viewer.organization();
    let agent = viewer.store.agent(organization, &agent_id).await?;
    let plan = viewer.session.organization.retention;
    let choice = match crate::server::agent_days(plan, &days) {
        Ok(None) => None,
        Ok(Some(days)) => {
            let kept_since = domain::retention::kept_since(days, viewer.now);
            let executions = viewer
                .store
                .ended_before(organization, &agent_id, kept_since)
                .await?;
            Some(RetentionChoice::Days {
                days,
                executions,
                kept_since,
            })
        }
        Err(error) => Some(RetentionChoice::Refused(crate::text::failure::field(
            &error.field,
            &error.detail,
        ))),
    };
    Ok(AgentRetention {
        plan,
        own: agent.retention_days,
        choice,
        now: viewer.now,
    })
}

/// Keeps the agent's executions for that many days; as long as the organization's where it is empty.
#[server(prefix = "/_fn", endpoint = "set-agent-retention", input = PostUrl, output = Answer)]
pub async fn set_agent_retention(agent_id: String, days: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let days = crate::server::agent_days(viewer.session.organization.retention, &days)
        .map_err(|error| crate::server::invalid(&error))?;
    let change = service::AgentChange {
        name: None,
        retention_days: Some(days),
    };
    viewer
        .service
        .change_agent(&viewer.caller, &agent_id, change)
        .await?;
    leptos_axum::redirect(&crate::routes::saved_agent_retention(agent_id.as_str()));
    Ok(())
}
