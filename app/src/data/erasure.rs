//! Erasing what one person executed: a look first, then the deed, which goes on by itself.

use super::wire::Answer;
use crate::error::PageError;
use domain::{AgentId, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// What one person executed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundOfPerson {
    /// Whose it is, as it was asked for; empty where nobody was.
    pub who: String,
    /// How many executions.
    pub executions: u64,
    /// The same by agent, where there are any.
    pub agents: Vec<FoundWithAgent>,
    /// The server's time.
    pub now: Timestamp,
}

/// What one person executed with one agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundWithAgent {
    /// The agent.
    pub agent_id: AgentId,
    /// What people call it.
    pub name: String,
    /// How many executions.
    pub executions: u64,
    /// When the oldest of them began.
    pub oldest: Timestamp,
}

/// What would be erased of somebody: a member's e-mail address, or `executedBy` as it was recorded.
#[server(prefix = "/_fn", endpoint = "personal-data", input = PostUrl, output = Answer)]
pub async fn load_personal_data(who: String) -> Result<FoundOfPerson, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let who = who.trim().to_owned();
    let data = if who.is_empty() {
        Vec::new()
    } else {
        viewer.service.personal_data(&viewer.caller, &who).await?
    };
    Ok(FoundOfPerson {
        who,
        executions: data.iter().map(|one| one.executions).sum(),
        agents: data
            .into_iter()
            .map(|one| FoundWithAgent {
                agent_id: one.agent_id,
                name: one.name,
                executions: one.executions,
                oldest: one.oldest,
            })
            .collect(),
        now: viewer.now,
    })
}

/// Begins to erase it, and leads to the page that tells how far that is.
#[server(prefix = "/_fn", endpoint = "erase-person", input = PostUrl, output = Answer)]
pub async fn erase_person(who: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let who = who.trim();
    let begun = viewer.service.erase_person(&viewer.caller, who).await?;
    leptos_axum::redirect(&crate::routes::erasing(who, begun.executions));
    Ok(())
}
