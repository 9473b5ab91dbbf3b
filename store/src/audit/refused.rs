//! Passwords and API keys that were refused. Guessing is throttled by account and address, but addresses are many: what
//! the guessers of one account or key make us write is bounded as well.

use super::note::Note;
use crate::{
    KeyRefusal, Store, StoreError, User,
    transaction::{WriteTransaction, transact},
};
use chrono::TimeDelta;
use domain::{ApiKey, AuditAction, OrganizationId, Timestamp};

/// Refusals of one kind, of one person or key, that an organization is told of within an hour. The last one says that
/// further ones are not told.
pub const MOST_REFUSALS_TOLD: u32 = 20;

impl Store {
    /// Tells every organization of the person that somebody gave a wrong password for the account.
    pub async fn note_refused_sign_in(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        self.note_refused_person(AuditAction::SessionRefused, user, now)
            .await
    }

    /// Tells every organization of the person that somebody who was signed in as them gave a wrong current password.
    pub async fn note_refused_password(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        self.note_refused_person(AuditAction::PasswordRefused, user, now)
            .await
    }

    /// Tells every organization of the person that somebody gave wrong passwords for the account until no more were
    /// looked at.
    pub async fn note_throttled_sign_in(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        self.note_refused_person(AuditAction::SessionThrottled, user, now)
            .await
    }

    /// Tells a key's organization that the key was presented and refused.
    pub async fn note_refused_key(
        &self,
        organization: OrganizationId,
        key: &ApiKey,
        refusal: KeyRefusal,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let note = Note::new(AuditAction::ApiKeyRefused)
            .about_key(key)
            .with("reason", refusal.as_str());
        transact!(self.backend, |transaction| {
            self.note_refusal(transaction, organization, note.clone(), now)
                .await
        })
    }

    async fn note_refused_person(
        &self,
        action: AuditAction,
        user: &User,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            for organization in transaction.organizations_of(&user.id).await? {
                let note = Note::new(action).about_person(&user.id, &user.email);
                self.note_refusal(transaction, organization, note, now).await?;
            }
            Ok(())
        })
    }

    async fn note_refusal(
        &self,
        transaction: &mut WriteTransaction,
        organization: OrganizationId,
        mut note: Note,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (told, most) = (
            transaction.told(organization, &note, now).await?,
            i64::from(MOST_REFUSALS_TOLD),
        );
        if told >= most {
            return Ok(());
        }
        if told + 1 == most {
            note = note.with("furtherOnesUntold", true);
        }
        transaction.audit(organization, &self.actor, note, now).await
    }
}

impl WriteTransaction {
    /// How often the organization was told the same of the same one within the last hour.
    async fn told(
        &mut self,
        organization: OrganizationId,
        note: &Note,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let subject = note.subject.as_ref().and_then(|subject| subject.id.as_deref());
        let (told,): (i64,) = self
            .fetch_one(
                "SELECT CAST(COUNT(*) AS BIGINT) FROM audit_events
                 WHERE organization_id = $1 AND logged_at > $2 AND action = $3 AND subject_id = $4",
                (
                    organization.0,
                    (now - TimeDelta::hours(1)).timestamp_micros(),
                    note.action.as_str(),
                    subject,
                ),
            )
            .await?;
        Ok(told)
    }
}
