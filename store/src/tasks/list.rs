//! Tasks as people see them.

use crate::{Note, Store, StoreError, backend::Backend, row::decode_error, transaction::transact};
use domain::{
    AuditAction, OrganizationId, Task, TaskFailure, TaskId, TaskKind, TaskState, Timestamp,
    task::LATE_SECONDS, time,
};

/// Tasks of one list at most.
const MOST: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct TaskRow {
    task_id: String,
    kind: String,
    created_at: i64,
    run_after: i64,
    attempts: i64,
    lease: Option<String>,
    done: i64,
    total: Option<i64>,
    failure: Option<String>,
    outcome: Option<String>,
    ended_at: Option<i64>,
}

/// The columns of `TaskRow`.
const COLUMNS: &str =
    "task_id, kind, created_at, run_after, attempts, lease, done, total, failure, outcome, ended_at";

impl Store {
    /// The organization's tasks: those that are open or have failed, and with `ended` those that are done. Newest first,
    /// 1,000 at most.
    pub async fn tasks(
        &self,
        organization: OrganizationId,
        ended: bool,
        now: Timestamp,
    ) -> Result<Vec<Task>, StoreError> {
        let which = if ended {
            ""
        } else {
            "AND COALESCE(outcome, '') <> 'done'"
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM tasks WHERE organization_id = $1 {which} ORDER BY task_key DESC LIMIT {MOST}"
        );
        let rows: Vec<TaskRow> = self.backend.fetch(sql, (organization.0,)).await?;
        rows.into_iter().map(|row| row.task(now)).collect()
    }

    /// One of the organization's tasks, or `NotFound`.
    pub async fn task(
        &self,
        organization: OrganizationId,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM tasks WHERE organization_id = $1 AND task_id = $2");
        let row: Option<TaskRow> = self
            .backend
            .fetch_optional(sql, (organization.0, task.as_str()))
            .await?;
        row.ok_or(StoreError::NotFound("task"))?.task(now)
    }

    /// Any task, of whatever organization, or `NotFound`: for the process that asked for it.
    pub async fn any_task(&self, task: &TaskId, now: Timestamp) -> Result<Task, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM tasks WHERE task_id = $1");
        let row: Option<TaskRow> = self.backend.fetch_optional(sql, (task.as_str(),)).await?;
        row.ok_or(StoreError::NotFound("task"))?.task(now)
    }

    /// Has another attempt at a task made at once that is waiting for its time; a task that somebody works on stays as it
    /// is. `NotFound` where there is no such task, `TaskEnded` where it has ended.
    pub async fn retry_task(
        &self,
        organization: OrganizationId,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let found = self.task(organization, task, now).await?;
        if found.state.is_final() {
            return Err(StoreError::TaskEnded);
        }
        transact!(self.backend, |transaction| {
            let hastened = transaction
                .execute(
                    "UPDATE tasks SET run_after = $3
                     WHERE organization_id = $1 AND task_id = $2 AND ended_at IS NULL AND lease IS NULL",
                    (organization.0, task.as_str(), now.timestamp_micros()),
                )
                .await?;
            if hastened > 0 {
                let note = Note::new(AuditAction::TaskRetried)
                    .about("task", task.as_str(), None)
                    .with("kind", found.kind.as_str());
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(())
        })?;
        self.signals.raise_tasks();
        self.task(organization, task, now).await
    }

    /// Deletes tasks that ended before that; answers how many.
    pub async fn delete_ended_tasks(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.backend
            .execute(
                "DELETE FROM tasks WHERE ended_at IS NOT NULL AND ended_at < $1",
                (before.timestamp_micros(),),
            )
            .await
    }
}

/// Tasks of the installation that are open or have failed, newest first, 1,000 at most.
pub(crate) async fn installation_tasks(backend: &Backend, now: Timestamp) -> Result<Vec<Task>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks WHERE organization_id IS NULL AND COALESCE(outcome, '') <> 'done'
         ORDER BY task_key DESC LIMIT {MOST}"
    );
    let rows: Vec<TaskRow> = backend.fetch(sql, ()).await?;
    rows.into_iter().map(|row| row.task(now)).collect()
}

impl TaskRow {
    fn task(self, now: Timestamp) -> Result<Task, StoreError> {
        let unknown = |what: &str| sqlx::Error::Decode(format!("{what:?} is no word of tasks").into());
        let state = match (self.outcome.as_deref(), &self.lease, &self.failure) {
            (Some("done"), ..) => TaskState::Done,
            (Some(_), ..) => TaskState::Failed,
            (None, Some(_), _) => TaskState::Running,
            (None, None, Some(_)) => TaskState::Retrying,
            (None, None, None) => TaskState::Waiting,
        };
        let failure = match self.failure.as_deref() {
            Some(name) => Some(TaskFailure::from_name(name).ok_or_else(|| unknown(name))?),
            None => None,
        };
        let late = now.timestamp_micros() - self.run_after > LATE_SECONDS * 1_000_000;
        Ok(Task {
            task_id: TaskId::try_from(self.task_id).map_err(decode_error)?,
            kind: TaskKind::from_name(&self.kind).ok_or_else(|| unknown(&self.kind))?,
            state,
            is_late: late && matches!(state, TaskState::Waiting | TaskState::Retrying),
            created_at: time::from_micros(self.created_at),
            next_attempt_at: (!state.is_final() && state != TaskState::Running)
                .then(|| time::from_micros(self.run_after)),
            ended_at: self.ended_at.map(time::from_micros),
            attempts: self.attempts.unsigned_abs(),
            done: self.done.unsigned_abs(),
            total: self.total.map(i64::unsigned_abs),
            failure,
        })
    }
}
