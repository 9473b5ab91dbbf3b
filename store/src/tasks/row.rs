//! A task as a row of the list.

use crate::{StoreError, row::decode_error};
use domain::{Task, TaskFailure, TaskId, TaskKind, TaskState, Timestamp, task::LATE_SECONDS, time};

/// A task as it is stored.
#[derive(sqlx::FromRow)]
pub(crate) struct TaskRow {
    task_id: String,
    kind: String,
    state: String,
    created_at: i64,
    run_after: i64,
    leased_until: Option<i64>,
    attempts: i64,
    done: i64,
    total: Option<i64>,
    failure: Option<String>,
    ended_at: Option<i64>,
}

impl TaskRow {
    /// The task as people see it at that time.
    pub(crate) fn task(self, now: Timestamp) -> Result<Task, StoreError> {
        let unknown = |what: &str| sqlx::Error::Decode(format!("{what:?} is no word of tasks").into());
        let state = TaskState::from_name(&self.state).ok_or_else(|| unknown(&self.state))?;
        let is_pending = matches!(state, TaskState::Waiting | TaskState::Retrying);
        let failure = match self.failure.as_deref() {
            // A lease that has run out: the attempt that held it was broken off, whatever the one before it failed of.
            _ if is_pending && self.leased_until.is_some() => Some(TaskFailure::Interrupted),
            Some(name) => Some(TaskFailure::from_name(name).ok_or_else(|| unknown(name))?),
            None => None,
        };
        // Nobody else could have begun it while the lease held.
        let due = self.run_after.max(self.leased_until.unwrap_or(i64::MIN));
        let late = now.timestamp_micros().saturating_sub(due) > LATE_SECONDS * 1_000_000;
        Ok(Task {
            task_id: TaskId::try_from(self.task_id).map_err(decode_error)?,
            kind: TaskKind::from_name(&self.kind).ok_or_else(|| unknown(&self.kind))?,
            state,
            is_late: late && is_pending,
            created_at: time::from_micros(self.created_at),
            next_attempt_at: is_pending.then(|| time::from_micros(due)),
            ended_at: self.ended_at.map(time::from_micros),
            attempts: self.attempts.unsigned_abs(),
            done: self.done.unsigned_abs(),
            total: self.total.map(i64::unsigned_abs),
            failure,
        })
    }
}
