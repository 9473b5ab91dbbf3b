//! Passwords that were refused. Guessing is throttled by account and address, but addresses are many: what one account's
//! guessers make us write is bounded as well.

use super::Note;
use crate::{
    Store, StoreError, User,
    recording::{WriteTransaction, on_transaction},
};
use chrono::TimeDelta;
use domain::{AuditAction, OrganizationId, Timestamp, UserId};

/// Refusals of one kind and one person that an organization is told of within an hour. The last one says that further ones
/// are not told.
const MOST_PER_HOUR: i64 = 20;

impl Store {
    /// Tells every organization of the person that somebody gave a wrong password for the account.
    pub async fn note_refused_sign_in(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        self.note_refused(AuditAction::SessionRefused, user, now).await
    }

    /// Tells every organization of the person that somebody who was signed in as them gave a wrong current password.
    pub async fn note_refused_password(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        self.note_refused(AuditAction::PasswordRefused, user, now).await
    }

    async fn note_refused(&self, action: AuditAction, user: &User, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        for organization in transaction.organizations_of(&user.id).await? {
            let told = transaction.refused(organization, action, &user.id, now).await?;
            if told >= MOST_PER_HOUR {
                continue;
            }
            let mut note = Note::new(action).about_person(&user.id, &user.email);
            if told + 1 == MOST_PER_HOUR {
                note = note.with("furtherOnesUntold", true);
            }
            transaction.audit(organization, &self.actor, note, now).await?;
        }
        transaction.commit().await
    }
}

impl WriteTransaction {
    /// How many such refusals of the person the organization was told of within the last hour.
    async fn refused(
        &mut self,
        organization: OrganizationId,
        action: AuditAction,
        user: &UserId,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let (told,): (i64,) = on_transaction!(self, |tx| sqlx::query_as(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM audit_events
             WHERE organization_id = $1 AND logged_at > $2 AND action = $3 AND subject_id = $4"
        )
        .bind(organization.0)
        .bind((now - TimeDelta::hours(1)).timestamp_micros())
        .bind(action.as_str())
        .bind(user.as_str())
        .fetch_one(&mut **tx)
        .await?);
        Ok(told)
    }
}
