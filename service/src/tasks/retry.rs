//! Trying a task again at once.

use crate::{Caller, Error, Service, clock};
use domain::{Permission, Task, TaskId};

impl Service {
    /// Has the next attempt at a task made at once.
    ///
    /// # Errors
    /// There is no such task, or it has ended.
    pub async fn retry_task(&self, caller: &Caller, task: &TaskId) -> Result<Task, Error> {
        caller.require_everywhere(Permission::Administer)?;
        let store = self.store.by(caller.actor());
        let retried = store.retry_task(caller.organization, task, clock::now()).await?;
        Ok(retried?)
    }
}
