//! `GET /api/tasks/{taskId}`.

use super::{TaskAnswer, TaskPath};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// One task, and how far it is.
#[utoipa::path(
    get,
    path = "/api/tasks/{taskId}",
    tag = "Tasks",
    operation_id = "showTask",
    params(("taskId" = String, Path, description = "Id of the task")),
    responses((status = 200, description = "The task", body = TaskAnswer), Missing, Denied)
)]
pub async fn show(
    access: Allowed<Admin>,
    TaskPath(task): TaskPath,
    State(store): State<Store>,
) -> Result<Json<TaskAnswer>, Problem> {
    let task = store.task(access.organization(), &task, clock::now()).await?;
    Ok(Json(TaskAnswer { task }))
}
