//! `GET /api/agents`.

use crate::{
    api::responses::Denied,
    auth::{Allowed, Read},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::Agent;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Every agent of the organization.
#[derive(Serialize, ToSchema)]
pub struct AgentList {
    agents: Vec<Agent>,
}

/// Every agent of the organization that the caller reaches, by name.
#[utoipa::path(
    get,
    path = "/api/agents",
    tag = "Agents",
    operation_id = "listAgents",
    responses((status = 200, description = "The agents", body = AgentList), Denied)
)]
pub async fn list(caller: Allowed<Read>, State(store): State<Store>) -> Result<Json<AgentList>, Problem> {
    let mut agents = store.agents(caller.organization()).await?;
    agents.retain(|agent| caller.caller.reaches(&agent.agent_id));
    Ok(Json(AgentList { agents }))
}
