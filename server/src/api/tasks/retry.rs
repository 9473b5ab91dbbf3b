//! `POST /api/tasks/{taskId}/retry`.

use super::{TaskAnswer, TaskPath};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use service::Service;

/// Has the next attempt at a task made at once, where it waits for its time. A task that is running stays as it is.
#[utoipa::path(
    post,
    path = "/api/tasks/{taskId}/retry",
    tag = "Tasks",
    operation_id = "retryTask",
    params(("taskId" = String, Path, description = "Id of the task")),
    responses(
        (status = 200, description = "The task", body = TaskAnswer),
        (status = 409, description = "The task has ended (`task_ended`)", body = Problem,
            content_type = "application/problem+json"),
        Missing,
        Denied,
    )
)]
pub async fn retry(
    access: Allowed<Admin>,
    TaskPath(task): TaskPath,
    State(service): State<Service>,
) -> Result<Json<TaskAnswer>, Problem> {
    let task = service.retry_task(&access.caller, &task).await?;
    Ok(Json(TaskAnswer { task }))
}
