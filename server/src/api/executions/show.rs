//! `GET /api/agents/{agentId}/executions/{executionId}`.

use super::PathExecution;
use crate::{
    answers::json,
    api::responses::{Denied, Missing},
    auth::{AgentAccess, Read},
    path::{AgentPath, ExecutionPath},
    problem::Problem,
};
use axum::{extract::State, response::Response};
use domain::{Execution, Hint};
use serde::Serialize;
use service::Service;
use std::ops::Not;
use utoipa::ToSchema;

/// One execution with its payload, and what may help where it failed.
#[derive(Serialize, ToSchema)]
pub struct ExecutionDetailAnswer {
    execution: ExecutionDetail,
}

/// An execution, whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExecutionDetail {
    /// As it was recorded.
    #[serde(flatten)]
    execution: Execution,
    /// Whether the token counts cannot all be right; they stand as they were given. Left out where they can.
    #[serde(skip_serializing_if = "Not::not")]
    #[schema(required = false)]
    tokens_contradict: bool,
    /// What may help: facts of the agent's own history first, each with the list's query string that shows them, then
    /// what is known of the error code. Empty where it did not fail. Times in them are the organization's.
    troubleshooting_hints: Vec<Hint>,
}

/// One execution, whole. One that is large may have to wait until others are read (`busy`), or until the organization's
/// clients have taken such answers (`answers_unread`).
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/executions/{executionId}",
    tag = "Executions",
    operation_id = "getExecution",
    params(AgentPath, ExecutionPath),
    responses((status = 200, description = "The execution", body = ExecutionDetailAnswer), Missing, Denied)
)]
pub async fn show(
    access: AgentAccess<Read>,
    PathExecution(id): PathExecution,
    State(service): State<Service>,
) -> Result<Response, Problem> {
    let detail = service
        .execution(&access.caller, access.agent_id(), &id, None)
        .await?;
    let troubleshooting_hints = detail.hints;
    let answer = |execution: Execution| ExecutionDetailAnswer {
        execution: ExecutionDetail {
            tokens_contradict: execution.summary.tokens.contradict(),
            execution,
            troubleshooting_hints,
        },
    };
    Ok(json(&service.answers, access.organization(), detail.execution, answer).await?)
}
