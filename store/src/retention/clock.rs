//! Deletion by age trusts the clock. Where that went forward by more than a week since a server last wrote, be it wrong or
//! the server have stood still, deletion waits for an owner's word in each organization.

use crate::{Note, Store, StoreError, transaction::transact};
use chrono::TimeDelta;
use domain::{AuditAction, OrganizationId, Rule, Timestamp, time};

/// The step from which on nothing is deleted unasked.
const STEP: TimeDelta = TimeDelta::days(7);
/// The note of when a server last wrote.
const CLOCK: &str = "clock";
/// What is told of an organization in which deletion waits.
pub(super) const WAITING: &str = "The server's clock went forward by more than 7 days since it last wrote. Nothing is \
                                  deleted until an owner says that the clock is right, in the organization's settings.";

impl Store {
    /// Notes the time, and has deletion wait in every organization where that is more than 7 days after the last one that
    /// was noted.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn note_clock(&self, now: Timestamp) -> Result<(), StoreError> {
        let step = transact!(self.backend, |transaction| {
            let last: Option<(i64,)> = transaction
                .fetch_optional(
                    "SELECT noted_at FROM installation_notes WHERE kind = $1",
                    (CLOCK,),
                )
                .await?;
            let step = last.map(|(last,)| now - time::from_micros(last));
            let step = step.filter(|step| *step > STEP);
            // What began to wait by a clock that was ahead of this one need not: that clock was wrong.
            transaction
                .execute(
                    "UPDATE retention_runs SET waits_since = NULL WHERE waits_since > $1",
                    ((now + STEP).timestamp_micros(),),
                )
                .await?;
            if step.is_some() {
                transaction
                    .execute(
                        "INSERT INTO retention_runs (organization_id, last_removed, removed, waits_since)
                         SELECT organization_id, 0, 0, CAST($1 AS BIGINT) FROM organizations WHERE deleting_at IS NULL
                         ON CONFLICT (organization_id) DO UPDATE
                         SET waits_since = COALESCE(retention_runs.waits_since, excluded.waits_since)",
                        (now.timestamp_micros(),),
                    )
                    .await?;
            }
            transaction
                .execute(
                    "INSERT INTO installation_notes (kind, subject, noted_at) VALUES ($1, '', $2)
                     ON CONFLICT (kind, subject) DO UPDATE SET noted_at = excluded.noted_at",
                    (CLOCK, now.timestamp_micros()),
                )
                .await?;
            Ok(step)
        })?;
        if let Some(step) = step {
            tracing::error!(
                "the clock is {} days ahead of when a server last wrote: until an owner of an organization says that it \
                 is right, nothing of the organization is deleted for its age",
                step.num_days()
            );
        }
        Ok(())
    }

    /// Lets deletion go on in the organization, where it waits. A server whose clock is ahead of the one that answers by
    /// more than 7 days is not believed, whoever gives the word: `Rule::ClocksDiffer`.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn let_deletion_go_on(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Result<(), Rule>, StoreError> {
        transact!(self.backend, |transaction| {
            let since: Option<(Option<i64>,)> = transaction
                .fetch_optional(
                    "SELECT waits_since FROM retention_runs WHERE organization_id = $1",
                    (organization.0,),
                )
                .await?;
            let Some(since) = since.and_then(|(since,)| since) else {
                return Ok(Ok(()));
            };
            if time::from_micros(since) > now + STEP {
                return Ok(Err(Rule::ClocksDiffer));
            }
            let let_go = transaction
                .execute(
                    "UPDATE retention_runs SET waits_since = NULL,
                         failed_at = CASE failure WHEN $3 THEN NULL ELSE failed_at END,
                         failure = CASE failure WHEN $3 THEN NULL ELSE failure END
                     WHERE organization_id = $1 AND waits_since = $2",
                    (organization.0, since, WAITING),
                )
                .await?;
            if let_go > 0 {
                let note = Note::new(AuditAction::RetentionChanged).changed("deletion", "waits", "goes on");
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(Ok(()))
        })
    }
}
