//! `GET /api/agents/{agentId}/executions/{executionId}`.

use super::{ExecutionAnswer, PathExecution};
use crate::{
    api::{
        path::{AgentPath, ExecutionPath},
        problem::Problem,
        responses::{Denied, Missing},
    },
    auth::{AgentAccess, Read},
};
use axum::{Json, extract::State};
use store::Store;

/// One execution, whole.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/executions/{executionId}",
    tag = "Executions",
    operation_id = "getExecution",
    params(AgentPath, ExecutionPath),
    responses((status = 200, description = "The execution", body = ExecutionAnswer), Missing, Denied)
)]
pub async fn show(
    access: AgentAccess<Read>,
    PathExecution(id): PathExecution,
    State(store): State<Store>,
) -> Result<Json<ExecutionAnswer>, Problem> {
    let execution = store
        .execution(access.organization(), access.agent_id(), &id)
        .await?;
    Ok(Json(ExecutionAnswer { execution }))
}
