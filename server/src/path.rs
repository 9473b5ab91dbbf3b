//! Identifiers in a path. An ill-formed one names nothing, so it is told like an unknown one.

use crate::problem::Problem;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use std::str::FromStr;
use utoipa::IntoParams;

/// The parameter `name` of the path; `what` says what it names.
pub async fn parameter<T: FromStr>(parts: &mut Parts, name: &str, what: &str) -> Result<T, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Problem::not_found(what))?;
    parameters
        .iter()
        .find(|(given, _)| *given == name)
        .and_then(|(_, value)| value.parse().ok())
        .ok_or_else(|| Problem::not_found(what))
}

/// The agent of a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; `path::parameter` reads it")]
pub struct AgentPath {
    /// Id of the agent.
    #[param(rename = "agentId", example = "agent_01jd3yqv9mz5c8k2x7w4t6r0ab")]
    agent_id: String,
}

/// The execution of a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the path; `path::parameter` reads it")]
pub struct ExecutionPath {
    /// Id of the execution.
    #[param(rename = "executionId", example = "exec_xyz789")]
    execution_id: String,
}
