//! What a task is done with.

use super::Failure;
use crate::Service;
use chrono::TimeDelta;
use domain::TaskFailure;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{ClaimedTask, TaskPayload};

/// A claimed task, and what it is done with.
pub(super) struct Context {
    pub service: Service,
    pub task: ClaimedTask,
    /// How much is done, earlier attempts included, in what the kind counts.
    pub done: AtomicU64,
    /// How long nothing has been heard of executions that are given up.
    pub abandon_after: TimeDelta,
}

impl Context {
    pub(super) fn new(service: Service, task: ClaimedTask, abandon_after: TimeDelta) -> Self {
        Self {
            done: AtomicU64::new(task.done),
            service,
            task,
            abandon_after,
        }
    }

    /// How much is done so far.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Whether earlier attempts were broken off or failed: what they held in memory is lost.
    pub(super) fn is_resumed(&self) -> bool {
        self.task.attempts > 1 || self.task.done > 0
    }

    /// What the task is told.
    pub(super) async fn told<P: TaskPayload>(&self) -> Result<P, Failure> {
        let told = self.service.store.task_payload(&self.task).await?;
        told.ok_or_else(|| Failure::permanent(TaskFailure::Unreadable, "the task is told nothing"))
    }

    /// The organization of a task that is of one.
    pub(super) fn organization(&self) -> Result<domain::OrganizationId, Failure> {
        let none = || Failure::permanent(TaskFailure::Internal, "the task is of no organization");
        self.task.organization.ok_or_else(none)
    }
}
