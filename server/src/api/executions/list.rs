//! `GET /api/agents/{agentId}/executions`.

use crate::{
    api::{
        query::{FilterParameters, PageParameters, QueryPairs},
        responses::{Denied, Missing, WrongParameters},
    },
    auth::{AgentAccess, Read},
    path::AgentPath,
    problem::Problem,
};
use axum::{Json, extract::State, http::HeaderName, response::IntoResponse};
use domain::{ExecutionSummary, Pagination};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Where the event stream goes on from the list.
const EVENT_POSITION: HeaderName = HeaderName::from_static("event-position");

/// One page of executions.
#[derive(Serialize, ToSchema)]
pub struct ExecutionList {
    /// Newest first, without payloads.
    executions: Vec<ExecutionSummary>,
    pagination: Pagination,
}

/// One page of an agent's executions, newest first, with the exact number of all that pass the filter.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/executions",
    tag = "Executions",
    operation_id = "listExecutions",
    params(AgentPath, FilterParameters, PageParameters),
    responses(
        (status = 200, description = "The page", body = ExecutionList, headers(
            ("Event-Position" = i64, description = "The `lastEventId` with which the event stream goes on from this list"),
        )),
        WrongParameters,
        Missing,
        Denied,
    )
)]
pub async fn list(
    access: AgentAccess<Read>,
    State(store): State<Store>,
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let organization = access.organization();
    let (filter, request) = query.executions(&store, organization).await?;
    let page = store
        .list(organization, access.agent_id(), &filter, request)
        .await?;
    let position = [(EVENT_POSITION, page.position.to_string())];
    let list = ExecutionList {
        executions: page.executions,
        pagination: Pagination::new(request, page.total),
    };
    Ok((position, Json(list)))
}
