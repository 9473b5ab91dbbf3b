//! `/api/tasks`: what is done in the background.
//!
//! Whoever administers the organization sees and retries its tasks: they began them, by erasing, inviting or rotating a
//! key, and the answer names no person and no execution. A permission for owners alone would keep out the API keys with
//! the scope `admin` by which programs begin the same.

mod list;
mod retry;
mod show;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Task, TaskId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about tasks.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(retry::retry))
}

/// A task.
#[derive(Serialize, ToSchema)]
pub struct TaskAnswer {
    task: Task,
}

/// The task of a path.
pub struct TaskPath(TaskId);

impl<S: Sync> FromRequestParts<S> for TaskPath {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "taskId", "task").await?))
    }
}
