//! Tasks that a command does at once, and waits for. What breaks off is taken up by the next server.

use super::{
    Context,
    attempt::{End, attempt},
};
use crate::{Service, clock};
use chrono::TimeDelta;
use domain::{OrganizationId, TaskId, TaskKind, TaskState};
use std::time::Duration;
use store::{Purged, StoreError};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether somebody else has done the task.
const PAUSE: Duration = Duration::from_millis(200);

/// Why a task did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// An attempt failed.
    #[error("{reason}; {}", if *.is_permanent { "it is not tried again" } else { "a server goes on with it" })]
    Failed {
        /// Why.
        reason: String,
        /// Whether no further attempt follows.
        is_permanent: bool,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was purged.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Another process is at it.
    #[error("another server is deleting what is too old right now")]
    UnderWay,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Does the task, or waits for whoever does it; answers how much was done, in what its kind counts.
    ///
    /// # Errors
    /// The attempt fails.
    pub async fn complete(&self, task: &TaskId) -> Result<u64, TaskError> {
        loop {
            if let Some(claimed) = self.store.claim_this_task(task, clock::now()).await? {
                let context = Context::new(self.clone(), claimed, TimeDelta::zero());
                match attempt(&context, &CancellationToken::new()).await {
                    End::Done => return Ok(context.done()),
                    End::Failed(failure) => {
                        return Err(TaskError::Failed {
                            is_permanent: failure.is_permanent,
                            reason: failure.to_string(),
                        });
                    }
                    End::BrokenOff => {}
                }
            }
            let found = self.store.any_task(task, clock::now()).await?;
            match found.state {
                TaskState::Done => return Ok(found.done),
                TaskState::Failed => {
                    return Err(TaskError::Failed {
                        is_permanent: true,
                        reason: found
                            .failure
                            .map_or("it failed", |failure| failure.as_str())
                            .to_owned(),
                    });
                }
                TaskState::Waiting | TaskState::Running | TaskState::Retrying => sleep(PAUSE).await,
            }
        }
    }

    /// Deletes what is older than it is kept, in one organization or in all.
    ///
    /// # Errors
    /// Another process is at it, or the store fails.
    pub async fn purge(&self, only: Option<OrganizationId>) -> Result<Purged, PurgeError> {
        let claimed = self
            .store
            .claim_periodic_task(TaskKind::Purge, clock::now())
            .await?
            .ok_or(PurgeError::UnderWay)?;
        let context = Context::new(self.clone(), claimed, TimeDelta::zero());
        let purged = super::attempt::holding(&context, Box::pin(super::work::purge(&context, only))).await;
        self.store.release_task(&context.task, 0).await?;
        purged.ok_or(PurgeError::UnderWay)?.map_err(PurgeError::from)
    }
}
