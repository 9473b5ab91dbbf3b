//! What is done in the background for the organization.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Task, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// The organization's tasks that are open or have failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskList {
    /// Newest first, 100 at most.
    pub tasks: Vec<Task>,
    /// How many more there are.
    pub more: u64,
    /// The server's time.
    pub now: Timestamp,
}

impl TaskList {
    /// Whether anything will still happen to one of them.
    pub fn is_open(&self) -> bool {
        self.tasks.iter().any(|task| !task.state.is_final())
    }
}

/// The tasks as they stand.
#[server(prefix = "/_fn", endpoint = "tasks", input = PostUrl, output = Answer)]
pub async fn load_tasks() -> Result<TaskList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let mut query = domain::TaskQuery::default();
    query.page.limit = domain::Limit::new(domain::Limit::MAX).unwrap_or_default();
    let page = viewer
        .store
        .tasks(viewer.organization(), &query, viewer.now)
        .await?;
    Ok(TaskList {
        more: page.total.saturating_sub(page.tasks.len() as u64),
        tasks: page.tasks,
        now: viewer.now,
    })
}

/// Has the next attempt at a task made at once.
#[server(prefix = "/_fn", endpoint = "retry-task", input = PostUrl, output = Answer)]
pub async fn retry_task(task_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let task_id = task_id.parse().map_err(|_| crate::server::not_found())?;
    viewer.service.retry_task(&viewer.caller, &task_id).await?;
    Ok(())
}
