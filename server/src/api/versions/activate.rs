//! `POST /api/agents/{agentId}/versions/{number}/activate`.

use super::VersionAnswer;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, AgentAccess},
    path::{self, AgentPath},
    problem::Problem,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::VersionNumber;
use service::Service;

/// The number of a version in a path.
pub struct Number(VersionNumber);

impl<S: Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let number = path::parameter(parts, "number", "version").await?;
        Ok(Self(VersionNumber(number)))
    }
}

/// Puts a version in use.
#[utoipa::path(
    post,
    path = "/api/agents/{agentId}/versions/{number}/activate",
    tag = "Versions",
    operation_id = "activateVersion",
    params(AgentPath, ("number" = u32, Path, description = "Number of the version, from 1")),
    responses((status = 200, description = "The version, in use", body = VersionAnswer), Missing, Denied)
)]
pub async fn activate(
    access: AgentAccess<Admin>,
    Number(number): Number,
    State(service): State<Service>,
) -> Result<Json<VersionAnswer>, Problem> {
    let version = service
        .activate_version(&access.caller, access.agent_id(), number)
        .await?;
    Ok(Json(VersionAnswer { version }))
}
