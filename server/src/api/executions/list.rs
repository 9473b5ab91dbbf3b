//! `GET /api/agents/{agentId}/executions`.

use crate::{
    api::{
        path::AgentPath,
        problem::Problem,
        query::{FilterParameters, PageParameters, QueryPairs},
        responses::{Denied, Missing, WrongParameters},
    },
    auth::{AgentAccess, Read},
};
use axum::{Json, extract::State};
use domain::{ExecutionSummary, Pagination};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

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
    responses((status = 200, description = "The page", body = ExecutionList), WrongParameters, Missing, Denied)
)]
pub async fn list(
    access: AgentAccess<Read>,
    State(store): State<Store>,
    query: QueryPairs,
) -> Result<Json<ExecutionList>, Problem> {
    let organization = access.organization();
    let (filter, request) = query.executions(&store, organization).await?;
    let page = store
        .list(organization, access.agent_id(), &filter, request)
        .await?;
    Ok(Json(ExecutionList {
        executions: page.executions,
        pagination: Pagination::new(request, page.total),
    }))
}
