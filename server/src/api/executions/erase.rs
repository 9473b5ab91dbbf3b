//! `DELETE /api/agents/{agentId}/executions/{executionId}`.

use super::PathExecution;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, AgentAccess},
    path::{AgentPath, ExecutionPath},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use service::Service;

/// Erases an execution, running or not, for good. Nothing but its id is kept, so that recording it again is answered
/// with `erased` and stores nothing.
#[utoipa::path(
    delete,
    path = "/api/agents/{agentId}/executions/{executionId}",
    tag = "Executions",
    operation_id = "eraseExecution",
    params(AgentPath, ExecutionPath),
    responses((status = 204, description = "It is gone"), Missing, Denied)
)]
pub async fn erase(
    access: AgentAccess<Admin>,
    PathExecution(id): PathExecution,
    State(service): State<Service>,
) -> Result<StatusCode, Problem> {
    service
        .erase_execution(&access.caller, access.agent_id(), &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
