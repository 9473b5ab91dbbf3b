//! `PATCH /api/agents/{agentId}`.

use super::{AgentAnswer, AgentName, name};
use crate::{
    api::{
        body,
        path::AgentPath,
        problem::Problem,
        responses::{Denied, Missing, WrongBody},
    },
    auth::{Admin, AgentAccess},
};
use axum::{
    Json,
    extract::{Request, State},
};
use store::Store;

/// Gives an agent another name.
#[utoipa::path(
    patch,
    path = "/api/agents/{agentId}",
    tag = "Agents",
    operation_id = "renameAgent",
    params(AgentPath),
    request_body = AgentName,
    responses(
        (status = 200, description = "The agent with its new name", body = AgentAnswer),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn rename(
    access: AgentAccess<Admin>,
    State(store): State<Store>,
    request: Request,
) -> Result<Json<AgentAnswer>, Problem> {
    let name = name(body::json(request).await?)?;
    let agent = store
        .rename_agent(access.organization(), access.agent_id(), &name)
        .await?;
    Ok(Json(AgentAnswer { agent }))
}
