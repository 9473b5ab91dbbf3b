//! What an event of the audit log says.

use domain::{
    Actor, ApiKey, AuditAction, UserId,
    audit::{Details, Subject},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// What an event says, beside when, who and from where. What goes in here is told to every admin: no secrets.
#[derive(Debug, Clone)]
pub struct Note {
    pub(crate) action: AuditAction,
    pub(crate) subject: Option<Subject>,
    pub(crate) details: Details,
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

    /// Names an API key as what it was done to.
    pub(crate) fn about_key(self, key: &ApiKey) -> Self {
        self.about("api_key", key.api_key_id.as_str(), Some(&key.name))
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
