//! Tasks as rows that are inserted.

use crate::{
    Store, StoreError, ids,
    row::decode_error,
    transaction::{WriteTransaction, transact},
};
use domain::{OrganizationId, TaskId, TaskKind, Timestamp};

/// The channel on which PostgreSQL wakes every server.
pub(crate) const CHANNEL: &str = "agent_ledger_tasks";

/// A task that is to be added.
pub(crate) struct NewTask {
    pub kind: TaskKind,
    /// Whose it is; none for work of the installation.
    pub organization: Option<OrganizationId>,
    /// Of open tasks of the kind and organization with the same key there is one. None: as many as are asked for.
    pub unique_key: Option<String>,
    /// How much there is to do, where that is known.
    pub total: Option<u64>,
}

impl NewTask {
    /// A task of which there is one at a time.
    pub(crate) fn single(
        kind: TaskKind,
        organization: Option<OrganizationId>,
        key: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            organization,
            unique_key: Some(key.into()),
            total: None,
        }
    }
}

impl Store {
    /// Makes sure that there is the periodic task of each kind; those that are there stay as they are.
    pub async fn schedule_tasks(&self, kinds: &[TaskKind], now: Timestamp) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            for kind in kinds {
                let task = NewTask::single(*kind, None, "");
                transaction
                    .insert_task(&task, &ids::task_id(now), None, now)
                    .await?;
            }
            Ok(())
        })
    }
}

impl WriteTransaction {
    /// Adds a task that is told nothing. Its work may begin as soon as this is committed.
    pub(crate) async fn add_task(&mut self, task: &NewTask, now: Timestamp) -> Result<TaskId, StoreError> {
        self.add_sealed_task(task, ids::task_id(now), None, now).await
    }

    /// Adds a task. Where one of its key is open, that one is due at once, and done once more if somebody works on it; its
    /// identifier is answered.
    pub(super) async fn add_sealed_task(
        &mut self,
        task: &NewTask,
        id: TaskId,
        payload: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<TaskId, StoreError> {
        if matches!(self, Self::Postgres(_)) {
            self.execute("SELECT pg_notify($1, '')", (CHANNEL,)).await?;
        }
        loop {
            if self.insert_task(task, &id, payload, now).await? {
                return Ok(id);
            }
            // None where it has ended between the two statements.
            if let Some(open) = self.hasten_task(task, now).await? {
                return Ok(open);
            }
        }
    }

    /// Whether the task was inserted; not where one of its key is open.
    async fn insert_task(
        &mut self,
        task: &NewTask,
        id: &TaskId,
        payload: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let inserted = self
            .execute(
                "INSERT INTO tasks (task_id, kind, organization_id, unique_key, payload, created_at, run_after,
                     attempts, done, total)
                 VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, $7) ON CONFLICT DO NOTHING",
                (
                    id.as_str(),
                    task.kind.as_str(),
                    task.organization.map(|organization| organization.0),
                    task.unique_key.as_deref(),
                    payload,
                    now.timestamp_micros(),
                    task.total.map(|total| i64::try_from(total).unwrap_or(i64::MAX)),
                ),
            )
            .await?;
        Ok(inserted > 0)
    }

    async fn hasten_task(&mut self, task: &NewTask, now: Timestamp) -> Result<Option<TaskId>, StoreError> {
        let open: Option<(String,)> = self
            .fetch_optional(
                "UPDATE tasks SET again = CASE WHEN lease IS NULL THEN 0 ELSE 1 END,
                     run_after = CASE WHEN run_after > $4 THEN $4 ELSE run_after END
                 WHERE kind = $1 AND COALESCE(organization_id, 0) = $2 AND unique_key = $3 AND ended_at IS NULL
                 RETURNING task_id",
                (
                    task.kind.as_str(),
                    task.organization.map_or(0, |organization| organization.0),
                    task.unique_key.as_deref(),
                    now.timestamp_micros(),
                ),
            )
            .await?;
        let open = open.map(|(id,)| TaskId::try_from(id).map_err(decode_error));
        Ok(open.transpose()?)
    }
}
