//! `POST /api/agents`.

use super::{AgentAnswer, AgentName, name};
use crate::{
    api::{
        location,
        responses::{Denied, WrongBody},
    },
    auth::{Admin, Allowed},
    body::Bodies,
    clock,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use store::Store;

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
    State(store): State<Store>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let store = store.by(caller.caller.actor());
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let name = name(json)?;
    let agent = store
        .create_agent(caller.organization(), &name, clock::now())
        .await?;
    let location = location(format!("/api/agents/{}", agent.agent_id));
    Ok((StatusCode::CREATED, location, Json(AgentAnswer { agent })))
}
