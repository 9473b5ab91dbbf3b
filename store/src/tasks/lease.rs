//! Leases: who works on a task, until when, and what came of it. The database's clock counts them, so that servers whose
//! clocks differ agree.

use super::TaskPayload;
use crate::{
    Note, Store, StoreError,
    backend::Backend,
    ids,
    row::decode_error,
    sealed::{self, Place},
    transaction::{WriteTransaction, transact},
};
use domain::{AuditAction, OrganizationId, TaskFailure, TaskId, TaskKind, Timestamp};
use std::time::Duration;

/// How long a lease holds that is not renewed. The work of a process that died goes on after that at the latest.
pub const LEASE: Duration = Duration::from_secs(15);

/// A task that this process works on.
pub struct ClaimedTask {
    key: i64,
    lease: String,
    sealed: Option<Vec<u8>>,
    /// Which.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// Whose it is; none for work of the installation.
    pub organization: Option<OrganizationId>,
    /// What tells it from others of its kind, where there is one of that at a time.
    pub unique_key: Option<String>,
    /// How often it was begun, this time included.
    pub attempts: u64,
    /// How far earlier attempts came.
    pub done: u64,
}

type ClaimedRow = (
    i64,
    String,
    String,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>,
    i64,
    i64,
);

/// The columns of `ClaimedRow`.
const CLAIMED: &str = "task_key, task_id, kind, organization_id, unique_key, payload, attempts, done";

/// What may be begun at the time `$1`, of those that the condition names.
fn due(backend: &Backend, which: &str) -> String {
    let clock = clock(backend);
    format!(
        "SELECT task_key FROM tasks WHERE ended_at IS NULL AND run_after <= $1
             AND (leased_until IS NULL OR leased_until <= {clock}) AND {which}
         ORDER BY run_after LIMIT 1"
    )
}

/// A time at which everything is due.
const ANY_TIME: i64 = i64::MAX;

/// The database's time, in microseconds since 1970.
pub(super) fn clock(backend: &Backend) -> &'static str {
    match backend {
        Backend::Sqlite(_) => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        Backend::Postgres(_) => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
    }
}

impl Store {
    /// Claims the task of one of these kinds that has been due the longest, if one is due. Of several who claim at once,
    /// each gets another one.
    pub async fn claim_task(
        &self,
        kinds: &[TaskKind],
        now: Timestamp,
    ) -> Result<Option<ClaimedTask>, StoreError> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let names: Vec<_> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        let sql = due(&self.backend, &format!("kind IN ({})", names.join(", ")));
        // Looks before it writes: mostly nothing is due.
        let found: Option<(i64,)> = self
            .backend
            .fetch_optional(sql.clone(), (now.timestamp_micros(),))
            .await?;
        if found.is_none() {
            return Ok(None);
        }
        self.claim(&sql, now.timestamp_micros(), now).await
    }

    /// Claims one task, whether it is due or not. None where somebody works on it, or it has ended.
    pub async fn claim_this_task(
        &self,
        task: &TaskId,
        now: Timestamp,
    ) -> Result<Option<ClaimedTask>, StoreError> {
        let sql = due(&self.backend, &format!("task_id = '{task}'"));
        self.claim(&sql, ANY_TIME, now).await
    }

    /// Claims the periodic task of that kind, whether it is due or not. None where somebody works on it.
    pub async fn claim_periodic_task(
        &self,
        kind: TaskKind,
        now: Timestamp,
    ) -> Result<Option<ClaimedTask>, StoreError> {
        self.schedule_tasks(&[kind], now).await?;
        let which = format!(
            "kind = '{}' AND unique_key = '' AND organization_id IS NULL",
            kind.as_str()
        );
        self.claim(&due(&self.backend, &which), ANY_TIME, now).await
    }

    /// Claims what the statement finds that is due at that time, in microseconds since 1970, if it finds something.
    async fn claim(
        &self,
        find: &str,
        due_at: i64,
        now: Timestamp,
    ) -> Result<Option<ClaimedTask>, StoreError> {
        let lease = ids::task_id(now).to_string();
        let clock = clock(&self.backend);
        let length = LEASE.as_micros();
        // What somebody else is just claiming is passed by: a statement that waited for it would claim it as well.
        let skip = match &self.backend {
            Backend::Sqlite(_) => "",
            Backend::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        };
        // A lease that is there has run out: whoever held it is gone.
        let sql = format!(
            "UPDATE tasks SET lease = $2, leased_until = {clock} + {length}, attempts = attempts + 1,
                 failure = CASE WHEN lease IS NULL THEN failure ELSE '{}' END
             WHERE task_key = ({find} {skip}) RETURNING {CLAIMED}",
            TaskFailure::Interrupted.as_str()
        );
        let row: Option<ClaimedRow> = self.backend.fetch_optional(sql, (due_at, lease.as_str())).await?;
        row.map(|row| claimed(row, lease)).transpose()
    }

    /// What the task is told; `None` where it is told nothing.
    pub async fn task_payload<P: TaskPayload>(&self, task: &ClaimedTask) -> Result<Option<P>, StoreError> {
        let Some(sealed) = &task.sealed else {
            return Ok(None);
        };
        let keys = match task.organization {
            Some(organization) => {
                let keys = self.vault.keys(organization).await?;
                let numbers = sealed::key_number(sealed).into_iter().collect();
                self.vault.covering(keys, numbers).await?
            }
            None => self.vault.installation_keys().await?,
        };
        let json = sealed::open(&keys, Place::Task(&task.id), sealed)?;
        let told =
            serde_json::from_slice(&json).map_err(|_| StoreError::DamagedPayload(task.id.to_string()))?;
        Ok(Some(told))
    }

    /// Holds the task for another `LEASE`, and notes how far the work has come. False where it is held no more: somebody
    /// else works on it, or it was taken away.
    pub async fn renew_task(&self, task: &ClaimedTask, done: u64) -> Result<bool, StoreError> {
        let clock = clock(&self.backend);
        let length = LEASE.as_micros();
        let sql = format!(
            "UPDATE tasks SET leased_until = {clock} + {length}, done = $3
             WHERE task_key = $1 AND lease = $2"
        );
        let renewed = self
            .backend
            .execute(sql, (task.key, task.lease.as_str(), stored(done)))
            .await?;
        Ok(renewed > 0)
    }

    /// Ends the task with success, or has it begun again where it was asked for meanwhile.
    pub async fn finish_task(&self, task: &ClaimedTask, done: u64, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let again = transaction
                .execute(
                    "UPDATE tasks SET again = 0, lease = NULL, leased_until = NULL, attempts = 0, failure = NULL,
                         run_after = $3
                     WHERE task_key = $1 AND lease = $2 AND again = 1",
                    (task.key, task.lease.as_str(), now.timestamp_micros()),
                )
                .await?;
            if again == 0 {
                transaction
                    .execute(
                        "UPDATE tasks SET lease = NULL, leased_until = NULL, failure = NULL, payload = NULL,
                             done = $3, outcome = 'done', ended_at = $4
                         WHERE task_key = $1 AND lease = $2",
                        (
                            task.key,
                            task.lease.as_str(),
                            stored(done),
                            now.timestamp_micros(),
                        ),
                    )
                    .await?;
            }
            Ok(())
        })
    }

    /// Has a periodic task begun again at that time.
    pub async fn reschedule_task(&self, task: &ClaimedTask, run_after: Timestamp) -> Result<(), StoreError> {
        self.backend
            .execute(
                "UPDATE tasks SET again = 0, lease = NULL, leased_until = NULL, attempts = 0, failure = NULL,
                     done = 0, run_after = $3
                 WHERE task_key = $1 AND lease = $2",
                (task.key, task.lease.as_str(), run_after.timestamp_micros()),
            )
            .await?;
        Ok(())
    }

    /// Notes that this attempt failed, and has another one made at that time.
    pub async fn retry_task_after(
        &self,
        task: &ClaimedTask,
        failure: TaskFailure,
        run_after: Timestamp,
    ) -> Result<(), StoreError> {
        self.backend
            .execute(
                "UPDATE tasks SET lease = NULL, leased_until = NULL, failure = $3, run_after = $4
                 WHERE task_key = $1 AND lease = $2",
                (
                    task.key,
                    task.lease.as_str(),
                    failure.as_str(),
                    run_after.timestamp_micros(),
                ),
            )
            .await?;
        Ok(())
    }

    /// Ends the task without success. The audit log of its organization is told.
    pub async fn fail_task(
        &self,
        task: &ClaimedTask,
        failure: TaskFailure,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let failed = transaction
                .execute(
                    "UPDATE tasks SET lease = NULL, leased_until = NULL, failure = $3, payload = NULL,
                         outcome = 'failed', ended_at = $4
                     WHERE task_key = $1 AND lease = $2",
                    (
                        task.key,
                        task.lease.as_str(),
                        failure.as_str(),
                        now.timestamp_micros(),
                    ),
                )
                .await?;
            if failed > 0
                && let Some(organization) = task.organization
            {
                let note = Note::new(AuditAction::TaskFailed)
                    .about("task", task.id.as_str(), None)
                    .with("kind", task.kind.as_str())
                    .with("failure", failure.as_str());
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(())
        })
    }

    /// Gives the task back unfinished, as if this attempt had not been: another process goes on with it.
    pub async fn release_task(&self, task: &ClaimedTask, done: u64) -> Result<(), StoreError> {
        self.backend
            .execute(
                "UPDATE tasks SET lease = NULL, leased_until = NULL, attempts = attempts - 1, done = $3
                 WHERE task_key = $1 AND lease = $2",
                (task.key, task.lease.as_str(), stored(done)),
            )
            .await?;
        self.signals.raise_tasks();
        Ok(())
    }
}

impl WriteTransaction {
    /// Seals what the organization's open tasks are told with its active key, so that older ones can go. The keys are
    /// held by this transaction.
    pub(crate) async fn reseal_tasks(&mut self, keys: &crate::vault::Keys) -> Result<(), StoreError> {
        let organization = keys.organization();
        let lock = self.lock("FOR UPDATE");
        let sql = format!(
            "SELECT task_key, task_id, payload FROM tasks
             WHERE organization_id = $1 AND payload IS NOT NULL ORDER BY task_key {lock}"
        );
        let rows: Vec<(i64, String, Vec<u8>)> = self.fetch(sql, (organization.0,)).await?;
        for (key, id, sealed) in rows {
            let id = TaskId::try_from(id).map_err(decode_error)?;
            // One that does not open stays, and its task says so.
            let Some(sealed) = sealed::reseal(keys, Place::Task(&id), &sealed)? else {
                continue;
            };
            self.execute("UPDATE tasks SET payload = $2 WHERE task_key = $1", (key, sealed))
                .await?;
        }
        Ok(())
    }
}

fn claimed(row: ClaimedRow, lease: String) -> Result<ClaimedTask, StoreError> {
    let (key, id, kind, organization, unique_key, sealed, attempts, done) = row;
    Ok(ClaimedTask {
        key,
        lease,
        sealed,
        id: TaskId::try_from(id).map_err(decode_error)?,
        kind: TaskKind::from_name(&kind)
            .ok_or_else(|| sqlx::Error::Decode(format!("{kind:?} is no kind of task").into()))?,
        organization: organization.map(OrganizationId),
        unique_key,
        attempts: attempts.unsigned_abs(),
        done: done.unsigned_abs(),
    })
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
