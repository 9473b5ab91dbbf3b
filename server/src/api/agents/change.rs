//! `PATCH /api/agents/{agentId}`.

use super::AgentAnswer;
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, AgentAccess},
    body::{Bodies, Fields, JsonBody},
    path::AgentPath,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::FieldError;
use service::{AgentChange as Change, Service};
use utoipa::ToSchema;

/// What changes; what is left out stays.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct AgentChange {
    /// One line of 1 to 100 characters. Several agents may share a name.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    name: Option<String>,
    /// How many days the agent's executions are kept: fewer than the organization keeps its own, 36,500 at most. Null
    /// is as many.
    #[schema(minimum = 1, maximum = 36_500)]
    retention_days: Option<u32>,
}

/// Gives an agent another name, or keeps its executions for another time.
#[utoipa::path(
    patch,
    path = "/api/agents/{agentId}",
    tag = "Agents",
    operation_id = "changeAgent",
    params(AgentPath),
    request_body = AgentChange,
    responses(
        (status = 200, description = "The agent as it is now", body = AgentAnswer),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn change(
    access: AgentAccess<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<AgentAnswer>, Problem> {
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let agent = service
        .change_agent(&access.caller, access.agent_id(), parse(json)?)
        .await?;
    Ok(Json(AgentAnswer { agent }))
}

pub(crate) fn parse(json: JsonBody) -> Result<Change, Problem> {
    let mut fields = Fields::of(json)?;
    if fields.is_empty() {
        fields.wrong(FieldError::new("", "must say what changes"));
    }
    let name: Option<String> = fields.optional("name", "a string");
    let name = name.and_then(|name| fields.checked(domain::agent::parse_name("name", &name)));
    let retention_days = fields.nullable("retentionDays", "a whole number of days, or null");
    fields.finish(Some(Change { name, retention_days }))
}
