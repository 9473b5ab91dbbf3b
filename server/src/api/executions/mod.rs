//! `/api/agents/{agentId}/executions`.

pub(crate) mod amend;
pub(crate) mod batch;
mod erase;
pub(crate) mod events;
mod export;
pub(crate) mod items;
mod list;
pub(crate) mod record;
mod schema;
mod show;

pub(super) use export::format as export_format;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Execution, ExecutionId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about executions.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, record::record))
        .routes(routes!(export::export))
        .routes(routes!(events::events))
        .routes(routes!(show::show, amend::amend, erase::erase))
}

/// One execution with its payload.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExecutionAnswer {
    execution: Execution,
}

/// The execution of a path.
pub(crate) struct PathExecution(ExecutionId);

impl<S: Sync> FromRequestParts<S> for PathExecution {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "executionId", "execution").await?))
    }
}
