//! `GET /api/tasks`.

use crate::{
    api::{
        query::{PageParameters, QueryPairs},
        responses::{Denied, WrongParameters},
    },
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{Pagination, Task, TaskState};
use serde::Serialize;
use store::Store;
use utoipa::{IntoParams, ToSchema};

/// Which tasks.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `TaskQuery` reads them")]
pub struct TaskParameters {
    /// Only those that stand like this; may repeat or be separated by commas. All but `done` unless given.
    #[param(inline)]
    state: Option<Vec<TaskState>>,
}

/// One page of tasks.
#[derive(Serialize, ToSchema)]
pub struct TaskList {
    /// Newest first.
    tasks: Vec<Task>,
    pagination: Pagination,
}

/// What the organization has done in the background, and how far it is: one page, newest first. Tasks that ended are
/// listed for 30 days.
#[utoipa::path(
    get,
    path = "/api/tasks",
    tag = "Tasks",
    operation_id = "listTasks",
    params(TaskParameters, PageParameters),
    responses((status = 200, description = "The page", body = TaskList), WrongParameters, Denied)
)]
pub async fn list(
    access: Allowed<Admin>,
    State(store): State<Store>,
    query: QueryPairs,
) -> Result<Json<TaskList>, Problem> {
    let query = query.tasks()?;
    let page = store.tasks(access.organization(), &query, clock::now()).await?;
    Ok(Json(TaskList {
        tasks: page.tasks,
        pagination: Pagination::new(query.page, page.total),
    }))
}
