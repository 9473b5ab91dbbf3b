//! `POST /api/agents`.

use super::{AgentAnswer, AgentName};
use crate::{
    api::{
        location,
        responses::{Denied, WrongBody},
    },
    auth::{Admin, Allowed},
    body::{self, Bodies},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use service::Service;

/// Makes an agent.
#[utoipa::path(
    post,
    path = "/api/agents",
    tag = "Agents",
    operation_id = "createAgent",
    request_body = AgentName,
    responses(
        (status = 201, description = "The new agent", body = AgentAnswer,
            headers(("Location" = String, description = "Address of the agent"))),
        WrongBody,
        Denied,
    )
)]
pub async fn create(
    caller: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let AgentName { name } = body::read(json)?;
    let agent = service.create_agent(&caller.caller, &name.0).await?;
    let location = location(format!("/api/agents/{}", agent.agent_id));
    Ok((StatusCode::CREATED, location, Json(AgentAnswer { agent })))
}
