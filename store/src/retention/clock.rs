//! Deletion by age trusts the clock. Where that went forward by more than a week since a server last wrote, be it wrong or
//! the server have stood still, deletion waits for an owner's word in each organization.

use crate::{Note, Store, StoreError, transaction::transact};
use chrono::TimeDelta;
use domain::{AuditAction, OrganizationId, Timestamp, time};

/// The step from which on nothing is deleted unasked.
const STEP: TimeDelta = TimeDelta::days(7);
/// The note of when a server last wrote.
const CLOCK: &str = "clock";
/// The note that deletion waits; the subject is the organization.
const WAITS: &str = "deletion_waits";

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
            if step.is_some() {
                transaction
                    .execute(
                        "INSERT INTO installation_notes (kind, subject, noted_at)
                         SELECT $1, CAST(organization_id AS TEXT), CAST($2 AS BIGINT) FROM organizations WHERE deleting_at IS NULL
                         ON CONFLICT (kind, subject) DO NOTHING",
                        (WAITS, now.timestamp_micros()),
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

    /// Whether deletion waits in the organization for an owner's word.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn deletion_waits(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let waits: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT noted_at FROM installation_notes WHERE kind = $1 AND subject = $2",
                (WAITS, organization.0.to_string()),
            )
            .await?;
        Ok(waits.is_some())
    }

    /// Lets deletion go on in the organization, where it waits.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn let_deletion_go_on(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let forgotten = transaction
                .execute(
                    "DELETE FROM installation_notes WHERE kind = $1 AND subject = $2",
                    (WAITS, organization.0.to_string()),
                )
                .await?;
            if forgotten > 0 {
                transaction
                    .execute(
                        "UPDATE retention_runs SET failed_at = NULL, failure = NULL
                         WHERE organization_id = $1 AND failure = $2",
                        (organization.0, WAITING),
                    )
                    .await?;
                let note = Note::new(AuditAction::RetentionChanged).changed("deletion", "waits", "goes on");
                transaction.audit(organization, &self.actor, note, now).await?;
            }
            Ok(())
        })
    }
}
