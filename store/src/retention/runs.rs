//! What purges say of themselves.

use crate::{Note, Store, StoreError, transaction::transact};
use domain::{AuditAction, OrganizationId, RetentionRuns, Timestamp, time};

impl Store {
    /// How the purges of the organization went.
    pub async fn retention_runs(&self, organization: OrganizationId) -> Result<RetentionRuns, StoreError> {
        type RunsRow = (Option<i64>, i64, i64, Option<i64>, Option<String>, Option<i64>);
        let row: Option<RunsRow> = self
            .backend
            .fetch_optional(
                "SELECT last_succeeded_at, last_removed, removed, failed_at, failure, waits_since FROM retention_runs
                 WHERE organization_id = $1",
                (organization.0,),
            )
            .await?;
        let Some((last_succeeded_at, last_removed, removed, failed_at, failure, waits_since)) = row else {
            return Ok(RetentionRuns::default());
        };
        Ok(RetentionRuns {
            last_succeeded_at: last_succeeded_at.map(time::from_micros),
            last_removed: last_removed.unsigned_abs(),
            removed: removed.unsigned_abs(),
            failed_at: failed_at.map(time::from_micros),
            failure,
            waits_since: waits_since.map(time::from_micros),
        })
    }

    /// Notes the end of a run, and what failed in it. The audit log is told of all that went since the last one, also by
    /// runs that were broken off.
    pub(super) async fn note_run(
        &self,
        organization: OrganizationId,
        failure: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = match failure {
            None => {
                "UPDATE retention_runs SET last_succeeded_at = $2, last_removed = untold, removed = removed + untold,
                     untold = 0, failed_at = NULL, failure = $3
                 WHERE organization_id = $1"
            }
            Some(_) => {
                "UPDATE retention_runs SET failed_at = $2, removed = removed + untold, untold = 0, failure = $3
                 WHERE organization_id = $1"
            }
        };
        transact!(self.backend, |transaction| {
            // The row is there from now on, and nobody else changes it until the transaction ends.
            let (untold,): (i64,) = transaction
                .fetch_one(
                    "INSERT INTO retention_runs (organization_id, last_removed, removed) VALUES ($1, 0, 0)
                     ON CONFLICT (organization_id) DO UPDATE SET untold = retention_runs.untold RETURNING untold",
                    (organization.0,),
                )
                .await?;
            transaction
                .execute(sql, (organization.0, now.timestamp_micros(), failure))
                .await?;
            if untold > 0 {
                let note = Note::new(AuditAction::ExecutionsPurged).with("executions", untold);
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(())
        })
    }
}
