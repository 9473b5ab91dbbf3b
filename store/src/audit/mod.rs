//! The audit log: who did what, when, and from where. An event is written in the transaction of what it tells of, so
//! that neither is there without the other. The database refuses to change it (see migration 0007).

mod page;
mod refused;

pub(crate) use page::event;
pub use page::{AuditCursor, AuditPage};
pub use refused::MOST_REFUSALS_TOLD;

use crate::{
    Store, StoreError, ids,
    recording::{WriteTransaction, on_transaction},
};
use domain::{
    Actor, AuditAction, OrganizationId, Timestamp, UserId,
    audit::{Details, Subject},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// What an event says, beside when, who and from where. What goes in here is told to every admin: no secrets.
#[derive(Debug, Clone)]
pub struct Note {
    action: AuditAction,
    subject: Option<Subject>,
    details: Details,
}

impl Note {
    /// Something that was done to the organization as a whole.
    pub fn new(action: AuditAction) -> Self {
        Self {
            action,
            subject: None,
            details: Details::new(),
        }
    }

    /// Names what it was done to: its kind, its identifier, and what it is called.
    pub fn about(mut self, kind: &str, id: &str, name: Option<&str>) -> Self {
        self.subject = Some(Subject::new(kind, Some(id), name));
        self
    }

    /// Names a person as what it was done to.
    pub fn about_person(self, id: &UserId, email: &str) -> Self {
        self.about("person", id.as_str(), Some(email))
    }

    /// Adds a detail; one that is null is left out.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.details.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds a value before and after.
    pub fn changed(self, name: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        self.with(name, json!({"before": before.into(), "after": after.into()}))
    }
}

/// A note, and in whose name it is written.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub actor: Arc<Actor>,
    pub note: Note,
}

impl Store {
    /// The same store in somebody's name: what is done through it is told of as theirs. A store that is in nobody's
    /// name is in the server's own.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            actor: Arc::new(actor),
            ..self.clone()
        }
    }

    /// Tells of something that is no change of ours, such as an export, before it is done.
    pub async fn note(
        &self,
        organization: OrganizationId,
        note: Note,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        transaction.audit(organization, &self.actor, note, now).await?;
        transaction.commit().await
    }

    pub(crate) async fn write(&self) -> Result<WriteTransaction, StoreError> {
        WriteTransaction::begin(&self.backend).await
    }

    pub(crate) fn signed(&self, note: Note) -> Signed {
        Signed {
            actor: self.actor.clone(),
            note,
        }
    }
}

impl WriteTransaction {
    /// Adds an event to the organization's audit log.
    pub(crate) async fn audit(
        &mut self,
        organization: OrganizationId,
        actor: &Actor,
        note: Note,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Note {
            action,
            subject,
            details,
        } = note;
        let (kind, id, name) = subject.map_or((None, None, None), |subject| {
            (Some(subject.kind), subject.id, subject.name)
        });
        on_transaction!(self, |tx| {
            sqlx::query(
            "INSERT INTO audit_events (organization_id, logged_at, event_id, action, actor_kind, actor_id, actor_name,
                 subject_kind, subject_id, subject_name, ip_address, user_agent, details)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        )
        .bind(organization.0)
        .bind(at.timestamp_micros())
        .bind(ids::audit_event_id(at).as_str())
        .bind(action.as_str())
        .bind(actor.kind.as_str())
        .bind(actor.id.as_deref())
        .bind(actor.name.as_deref())
        .bind(kind)
        .bind(id)
        .bind(name)
        .bind(actor.origin.ip_address.as_deref())
        .bind(actor.origin.user_agent.as_deref())
        .bind(Value::Object(details).to_string())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        })?;
        Ok(())
    }

    /// Adds the same event to the log of every organization to which a person belongs.
    pub(crate) async fn audit_everywhere(
        &mut self,
        user: &UserId,
        actor: &Actor,
        note: &Note,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for organization in self.organizations_of(user).await? {
            self.audit(organization, actor, note.clone(), at).await?;
        }
        Ok(())
    }

    async fn organizations_of(&mut self, user: &UserId) -> Result<Vec<OrganizationId>, StoreError> {
        let rows: Vec<(i64,)> = on_transaction!(self, |tx| sqlx::query_as(
            "SELECT organization_id FROM memberships WHERE user_id = $1 ORDER BY organization_id"
        )
        .bind(user.as_str())
        .fetch_all(&mut **tx)
        .await?);
        Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
    }

    /// E-mail address of a person, or `NotFound`.
    pub(crate) async fn email_of(&mut self, user: &UserId) -> Result<String, StoreError> {
        let row: Option<(String,)> = on_transaction!(self, |tx| sqlx::query_as(
            "SELECT email FROM users WHERE user_id = $1"
        )
        .bind(user.as_str())
        .fetch_optional(&mut **tx)
        .await?);
        row.map(|(email,)| email).ok_or(StoreError::NotFound("person"))
    }
}
