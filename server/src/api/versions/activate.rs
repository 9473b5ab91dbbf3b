//! `POST /api/agents/{agentId}/versions/{number}/activate`.

use super::VersionAnswer;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, AgentAccess},
    clock,
    path::{self, AgentPath},
    problem::Problem,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::VersionNumber;
use store::Store;

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
    State(store): State<Store>,
) -> Result<Json<VersionAnswer>, Problem> {
    let store = store.by(access.caller.actor());
    let (organization, agent) = (access.organization(), access.agent_id());
    store
        .activate_version(organization, agent, number, clock::now())
        .await?;
    let versions = store.versions(organization, agent).await?;
    let version = versions
        .into_iter()
        .find(|version| version.number == number)
        .ok_or_else(|| Problem::not_found("version"))?;
    Ok(Json(VersionAnswer { version }))
}
