//! Executions of an agent: a page of the list, or one of them whole.

use super::wire::Answer;
use crate::error::PageError;
use domain::{AgentId, Execution, ExecutionSummary, FieldError, Pagination, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutionList {
    /// Newest first.
    pub executions: Vec<ExecutionSummary>,
    /// Where the page lies; the total is exact and of the same moment as the rows.
    pub pagination: Pagination,
    /// Parameters of the address that make no sense and were passed over.
    pub ignored: Vec<FieldError>,
    /// Where the execution is that was asked for by its id and is not on the list.
    pub elsewhere: Option<Elsewhere>,
    /// Scheme, host and port of this server as the reader reached it.
    pub origin: String,
    /// The server's time.
    pub now: Timestamp,
}

/// Where an execution is that the list does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Elsewhere {
    /// This agent's, but other filters leave it out.
    LeftOut,
    /// Another agent's.
    OtherAgent(AgentId, String),
}

/// One execution, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutionDetail {
    /// The execution.
    pub execution: Execution,
    /// Name of the API key that was used, where it is one of ours.
    pub api_key_name: Option<String>,
    /// The server's time.
    pub now: Timestamp,
}

/// One page of the list. `query` is the address's own query string, so the page can show nothing but what its
/// address says.
#[server(prefix = "/_fn", endpoint = "executions", input = PostUrl, output = Answer)]
pub async fn load_executions(agent_id: String, query: String) -> Result<ExecutionList, PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id: AgentId = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let (query, ignored) = crate::query_string::executions(&query);
    let (filter, ignored) = crate::server::filter(query.clone(), ignored, &viewer.session.organization);
    let page = viewer
        .store
        .list(viewer.organization(), &agent_id, &filter, query.page)
        .await?;
    let elsewhere = match &filter.execution_id {
        Some(execution) if page.total == 0 => crate::server::elsewhere(&viewer, &agent_id, execution).await?,
        _ => None,
    };
    Ok(ExecutionList {
        executions: page.executions,
        pagination: Pagination::new(query.page, page.total),
        ignored,
        elsewhere,
        origin: crate::server::origin(),
        now: viewer.now,
    })
}

/// One execution, whole.
#[server(prefix = "/_fn", endpoint = "execution", input = PostUrl, output = Answer)]
pub async fn load_execution(agent_id: String, execution_id: String) -> Result<ExecutionDetail, PageError> {
    let viewer = crate::server::viewer()?;
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let execution_id = execution_id.parse().map_err(|_| crate::server::not_found())?;
    let execution = viewer
        .store
        .execution(viewer.organization(), &agent_id, &execution_id)
        .await?;
    let api_key_name = match &execution.summary.api_key_id {
        Some(id) => viewer
            .store
            .api_keys(viewer.organization())
            .await?
            .into_iter()
            .find_map(|key| (key.api_key_id == *id).then_some(key.name)),
        None => None,
    };
    Ok(ExecutionDetail {
        execution,
        api_key_name,
        now: viewer.now,
    })
}
