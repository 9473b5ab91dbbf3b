//! `GET /api/agents/{agentId}/versions`.

use crate::{
    api::responses::{Denied, Missing},
    auth::{AgentAccess, Read},
    path::AgentPath,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::AgentVersion;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Every version of an agent.
#[derive(Serialize, ToSchema)]
pub struct VersionList {
    versions: Vec<AgentVersion>,
}

/// Every version of an agent, newest first.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/versions",
    tag = "Versions",
    operation_id = "listVersions",
    params(AgentPath),
    responses((status = 200, description = "The versions", body = VersionList), Missing, Denied)
)]
pub async fn list(
    access: AgentAccess<Read>,
    State(store): State<Store>,
) -> Result<Json<VersionList>, Problem> {
    let versions = store.versions(access.organization(), access.agent_id()).await?;
    Ok(Json(VersionList { versions }))
}
