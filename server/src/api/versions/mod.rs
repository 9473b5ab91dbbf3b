//! `/api/agents/{agentId}/versions`.

mod activate;
pub(crate) mod create;
mod list;

use crate::state::AppState;
use domain::AgentVersion;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about versions of agents.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(activate::activate))
}

/// One version.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionAnswer {
    version: AgentVersion,
}
