//! Executions of an agent: a page of the list, or one of them whole.

use super::{
    cut::{Cut, Part, whole_of},
    out_of_list::{Elsewhere, Older},
    wire::Answer,
};
use crate::{error::PageError, query_string};
use domain::{
    AgentId, AgentVersion, EventPosition, Execution, ExecutionId, ExecutionQuery, ExecutionSummary,
    FieldError, Hint, LocalZone, Pagination, Strip, Timestamp, UsualLatency,
};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutionList {
    /// The agent whose executions they are.
    pub agent_id: AgentId,
    /// The query string that this answers, as it was asked.
    pub query: String,
    /// Newest first.
    pub executions: Vec<ExecutionSummary>,
    /// Where the page lies; the total is exact and of the same moment as the rows.
    pub pagination: Pagination,
    /// Where the event stream goes on from here.
    pub position: EventPosition,
    /// The whole list over time, of the same moment, where it was asked for.
    pub strip: Option<Strip>,
    /// The zone in which the page tells times: the address's `timeZone`, or else the organization's.
    pub zone: LocalZone,
    /// Parameters of the address that make no sense and were passed over.
    pub ignored: Vec<FieldError>,
    /// Where the execution is that was asked for by its id and is not on the list.
    pub elsewhere: Option<Elsewhere>,
    /// What the list would show further back, were it not deleted by now.
    pub older: Option<Older>,
    /// Scheme, host and port of this server as the reader reached it.
    pub origin: String,
    /// The server's time.
    pub now: Timestamp,
}

impl ExecutionList {
    /// What the list answers: its query without what made no sense.
    pub fn understood(&self) -> ExecutionQuery {
        let (mut query, _) = query_string::executions(&self.query);
        // Which zones there are only the server knows.
        if self.ignored.iter().any(|error| error.field == "timeZone") {
            query.time_zone = None;
        }
        query
    }
}

/// One execution, as much of it as a page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecutionDetail {
    /// The execution, without metadata.
    pub execution: Execution,
    /// The caller's metadata as they are printed, where there are any.
    pub metadata: Option<String>,
    /// What is shown in part.
    pub cut: Vec<Cut>,
    /// Name of the API key that was used, where it is one of ours.
    pub api_key_name: Option<String>,
    /// What is usual for this agent and model.
    pub usual: Option<UsualLatency>,
    /// What may help, where it failed.
    pub hints: Vec<Hint>,
    /// The version that the execution names, where it is one of ours, without its system prompt.
    pub version: Option<AgentVersion>,
    /// When that version had been put in use, for the last time before the execution.
    pub in_use_since: Option<Timestamp>,
    /// Its neighbors on the filtered list: the one above it and the one below.
    pub newer: Option<ExecutionId>,
    /// The next older one.
    pub older: Option<ExecutionId>,
    /// How many rows of the filtered list are above it.
    pub before: u64,
    /// Whether it is on that list itself.
    pub listed: bool,
    /// E-mail address of who ran it, where that is a person of the organization.
    pub executed_by_email: Option<String>,
    /// The zone in which the page tells times.
    pub zone: LocalZone,
    /// Scheme, host and port of this server as the reader reached it.
    pub origin: String,
    /// The server's time.
    pub now: Timestamp,
}

impl ExecutionDetail {
    /// The whole size of a part that is shown in part.
    pub fn whole_of(&self, part: Part) -> Option<u64> {
        whole_of(&self.cut, part)
    }
}

/// One page of the list. `query` is the address's own query string, so the page can show nothing but what its
/// address says. `with_strip` asks for the strip above it as well, which is the same on every page.
#[server(prefix = "/_fn", endpoint = "executions", input = PostUrl, output = Answer)]
pub async fn load_executions(
    agent_id: String,
    query: String,
    with_strip: bool,
) -> Result<ExecutionList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Read)?;
    let agent_id: AgentId = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let asked = query;
    let (query, ignored) = crate::query_string::executions(&asked);
    let (filter, zone, ignored) = crate::server::filter(query.clone(), ignored, &viewer.session.organization);
    let (organization, store) = (viewer.organization(), &viewer.store);
    let (page, strip) = if with_strip {
        let read = store.list_with_strip(organization, &agent_id, &filter, query.page, zone, viewer.now);
        let (page, strip) = read.await?;
        (page, Some(strip))
    } else {
        (
            store.list(organization, &agent_id, &filter, query.page).await?,
            None,
        )
    };
    let elsewhere = match filter.values.execution_id() {
        Some(execution) if page.total == 0 => {
            crate::server::elsewhere(&viewer, &agent_id, &execution).await?
        }
        _ => None,
    };
    let older = crate::server::older(&viewer, &agent_id, &filter).await?;
    Ok(ExecutionList {
        agent_id,
        query: asked,
        executions: page.executions,
        pagination: Pagination::new(query.page, page.total),
        position: page.position,
        strip,
        zone: domain::zones::local_zone(zone),
        ignored,
        elsewhere,
        older,
        origin: crate::server::origin(),
        now: viewer.now,
    })
}

/// One execution, as much of it as a page shows.
#[server(prefix = "/_fn", endpoint = "execution", input = PostUrl, output = Answer)]
pub async fn load_execution(
    agent_id: String,
    execution_id: String,
    query: String,
) -> Result<ExecutionDetail, PageError> {
    let viewer = crate::server::viewer()?;
    let (query, ignored) = crate::query_string::executions(&query);
    let (filter, zone, _) = crate::server::filter(query, ignored, &viewer.session.organization);
    let agent_id = agent_id.parse().map_err(|_| crate::server::not_found())?;
    let execution_id = execution_id.parse().map_err(|_| crate::server::not_found())?;
    let bounds = crate::server::context()?.bounds;
    let (service, caller) = (&viewer.service, &viewer.caller);
    // What is large comes first, and goes before anything else is waited for.
    let detail = service
        .execution(caller, &agent_id, &execution_id, Some(zone))
        .await?;
    let (mut execution, share) = detail.execution.into_parts();
    let (metadata, mut cut) = crate::server::cut::payload(&mut execution.payload, bounds);
    drop(share);
    let beside = service
        .surroundings(caller, &agent_id, &execution.summary, &filter)
        .await?;
    let mut version = beside.version;
    if let Some(version) = &mut version {
        version.system_prompt = None;
        let template = &mut version.user_prompt_template;
        cut.extend(crate::server::cut::text(Part::Template, template, bounds.text));
    }
    Ok(ExecutionDetail {
        listed: filter.matches(&execution.summary),
        execution,
        metadata,
        cut,
        api_key_name: beside.api_key_name,
        usual: beside.usual,
        hints: detail.hints,
        version,
        in_use_since: beside.in_use_since,
        newer: beside.neighbors.newer,
        older: beside.neighbors.older,
        before: beside.neighbors.before,
        executed_by_email: beside.executed_by_email,
        zone: domain::zones::local_zone(zone),
        origin: crate::server::origin(),
        now: viewer.now,
    })
}
