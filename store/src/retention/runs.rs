//! What purges say of themselves.

use crate::{Note, Store, StoreError, transaction::transact};
use domain::{AuditAction, OrganizationId, RetentionRuns, Timestamp, time};

impl Store {
    /// How the purges of the organization went.
    pub async fn retention_runs(&self, organization: OrganizationId) -> Result<RetentionRuns, StoreError> {
        type RunsRow = (Option<i64>, i64, i64, Option<i64>, Option<String>);
        let row: Option<RunsRow> = self
            .backend
            .fetch_optional(
                "SELECT last_succeeded_at, last_removed, removed, failed_at, failure FROM retention_runs
                 WHERE organization_id = $1",
                (organization.0,),
            )
            .await?;
        let Some((last_succeeded_at, last_removed, removed, failed_at, failure)) = row else {
            return Ok(RetentionRuns::default());
        };
        Ok(RetentionRuns {
            last_succeeded_at: last_succeeded_at.map(time::from_micros),
            last_removed: last_removed.unsigned_abs(),
            removed: removed.unsigned_abs(),
            failed_at: failed_at.map(time::from_micros),
            failure,
        })
    }

    /// Notes the end of a run, and what failed in it. The audit log is told of one that removed something.
    pub(super) async fn note_run(
        &self,
        organization: OrganizationId,
        removed: u64,
        failure: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let note =
            (removed > 0).then(|| Note::new(AuditAction::ExecutionsPurged).with("executions", removed));
        let removed = i64::try_from(removed).unwrap_or(i64::MAX);
        let sql = match failure {
            None => {
                "INSERT INTO retention_runs (organization_id, last_succeeded_at, last_removed, removed,
                 failure)
                 VALUES ($1, $2, $3, $3, $4)
                 ON CONFLICT (organization_id) DO UPDATE SET last_succeeded_at = $2, last_removed = $3,
                     removed = retention_runs.removed + $3, failed_at = NULL, failure = $4"
            }
            Some(_) => {
                "INSERT INTO retention_runs (organization_id, failed_at, last_removed, removed, failure)
                 VALUES ($1, $2, 0, $3, $4)
                 ON CONFLICT (organization_id) DO UPDATE SET failed_at = $2, failure = $4,
                     removed = retention_runs.removed + $3"
            }
        };
        transact!(self.backend, |transaction| {
            transaction
                .execute(sql, (organization.0, now.timestamp_micros(), removed, failure))
                .await?;
            if let Some(note) = &note {
                transaction
                    .audit(organization, &self.actor, note.clone(), now)
                    .await?;
            }
            Ok(())
        })
    }
}
