//! Trying a task again at once.

use crate::{Caller, Error, Service, clock};
use domain::{Task, TaskId};

impl Service {
    /// Has the next attempt at a task made at once.
    ///
    /// # Errors
    /// There is no such task, or it has ended.
    pub async fn retry_task(&self, caller: &Caller, task: &TaskId) -> Result<Task, Error> {
        let store = self.administered(caller)?;
        let retried = store.retry_task(caller.organization, task, clock::now()).await?;
        Ok(retried?)
    }
}
