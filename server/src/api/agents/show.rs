//! `GET /api/agents/{agentId}`.

use super::AgentAnswer;
use crate::{
    api::responses::{Denied, Missing},
    auth::{AgentAccess, Read},
    path::AgentPath,
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// One agent.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}",
    tag = "Agents",
    operation_id = "getAgent",
    params(AgentPath),
    responses((status = 200, description = "The agent", body = AgentAnswer), Missing, Denied)
)]
pub async fn show(
    access: AgentAccess<Read>,
    State(store): State<Store>,
) -> Result<Json<AgentAnswer>, Problem> {
    let agent = store.agent(access.organization(), access.agent_id()).await?;
    Ok(Json(AgentAnswer { agent }))
}
