//! Tasks as people see them.

use super::{lease::clock, row::TaskRow};
use crate::{
    Note, Store, StoreError,
    backend::Backend,
    snapshot::{Snapshot, Statement},
    transaction::transact,
};
use domain::{AuditAction, OrganizationId, Rule, Task, TaskId, TaskQuery, Timestamp};

/// Tasks of the installation that are looked at, at most.
const MOST: i64 = 1_000;

/// One page of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskPage {
    /// Newest first.
    pub tasks: Vec<Task>,
    /// How many the query asks for on all pages.
    pub total: u64,
}

/// How a task stands. A lease that has run out is nobody's: the process that held it is gone, and another one begins the
/// work again.
fn state(backend: &Backend) -> String {
    let clock = clock(backend);
    format!(
        "CASE WHEN outcome = 'done' THEN 'done' WHEN outcome IS NOT NULL THEN 'failed'
              WHEN lease IS NULL AND failure IS NULL THEN 'waiting'
              WHEN lease IS NOT NULL AND leased_until > {clock} THEN 'running' ELSE 'retrying' END"
    )
}

/// The columns of `TaskRow`.
fn columns(backend: &Backend) -> String {
    let state = state(backend);
    format!(
        "task_id, kind, {state} AS state, created_at, run_after, leased_until, attempts, done, total, failure, ended_at"
    )
}

impl Store {
    /// A page of the organization's tasks, newest first, and how many there are of these states.
    pub async fn tasks(
        &self,
        organization: OrganizationId,
        query: &TaskQuery,
        now: Timestamp,
    ) -> Result<TaskPage, StoreError> {
        let select = |columns: &str| {
            let mut statement =
                Statement::new(format!("SELECT {columns} FROM tasks WHERE organization_id = "));
            statement.bind(organization.0).push(" AND ");
            statement.push(&state(&self.backend)).push(" IN (");
            for (index, state) in query.passing().into_iter().enumerate() {
                let before = if index == 0 { "" } else { ", " };
                statement.push(before).bind_text(state.as_str());
            }
            statement.push(")");
            statement
        };
        let mut rows = select(&columns(&self.backend));
        rows.push(" ORDER BY task_key DESC LIMIT ")
            .bind(query.page.limit.rows().into())
            .push(" OFFSET ")
            .bind(i64::try_from(query.page.offset).unwrap_or(i64::MAX));
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        let total = snapshot.integers::<1>(select("CAST(COUNT(*) AS BIGINT)")).await?;
        let rows = snapshot.tasks(rows).await?.into_iter();
        Ok(TaskPage {
            tasks: rows.map(|row| row.task(now)).collect::<Result<_, _>>()?,
            total: total.first().map_or(0, |[total]| total.unsigned_abs()),
        })
    }

    /// One of the organization's tasks, or `NotFound`.
    pub async fn task(
        &self,
        organization: OrganizationId,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let columns = columns(&self.backend);
        let sql = format!("SELECT {columns} FROM tasks WHERE organization_id = $1 AND task_id = $2");
        let row: Option<TaskRow> = self
            .backend
            .fetch_optional(sql, (organization.0, task.as_str()))
            .await?;
        row.ok_or(StoreError::NotFound("task"))?.task(now)
    }

    /// Any task, of whatever organization, or `NotFound`: for the process that asked for it.
    pub async fn any_task(&self, task: &TaskId, now: Timestamp) -> Result<Task, StoreError> {
        let columns = columns(&self.backend);
        let sql = format!("SELECT {columns} FROM tasks WHERE task_id = $1");
        let row: Option<TaskRow> = self.backend.fetch_optional(sql, (task.as_str(),)).await?;
        row.ok_or(StoreError::NotFound("task"))?.task(now)
    }

    /// Has another attempt at a task made at once that is waiting for its time; a task that somebody works on stays as it
    /// is. `NotFound` where there is no such task.
    pub async fn retry_task(
        &self,
        organization: OrganizationId,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Result<Task, Rule>, StoreError> {
        let found = self.task(organization, task, now).await?;
        if found.state.is_final() {
            return Ok(Err(Rule::TaskEnded));
        }
        let clock = clock(&self.backend);
        let sql = format!(
            "UPDATE tasks SET run_after = $3
             WHERE organization_id = $1 AND task_id = $2 AND ended_at IS NULL
               AND (lease IS NULL OR leased_until <= {clock})"
        );
        let hastened = transact!(self.backend, |transaction| {
            let hastened = transaction
                .execute(
                    sql.clone(),
                    (organization.0, task.as_str(), now.timestamp_micros()),
                )
                .await?;
            if hastened > 0 {
                let note = Note::new(AuditAction::TaskRetried)
                    .about("task", task.as_str(), None)
                    .with("kind", found.kind.as_str());
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(hastened)
        })?;
        self.signals.raise_tasks();
        let task = self.task(organization, task, now).await?;
        // It may have ended between the look and the change.
        if hastened == 0 && task.state.is_final() {
            return Ok(Err(Rule::TaskEnded));
        }
        Ok(Ok(task))
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
    let columns = columns(backend);
    let sql = format!(
        "SELECT {columns} FROM tasks WHERE organization_id IS NULL AND COALESCE(outcome, '') <> 'done'
         ORDER BY task_key DESC LIMIT {MOST}"
    );
    let rows: Vec<TaskRow> = backend.fetch(sql, ()).await?;
    rows.into_iter().map(|row| row.task(now)).collect()
}
