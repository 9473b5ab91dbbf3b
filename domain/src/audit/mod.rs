//! The audit log: who did what, when, and from where.

mod action;
mod actor;
mod line;
mod query;

pub use action::AuditAction;
pub use actor::{Actor, ActorKind};
pub use line::HEADER;
pub use query::{AuditFilter, AuditQuery};

use crate::{AuditEventId, SessionOrigin, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an event says beside who, what and where: such as a value before and after. Never a secret.
pub type Details = Map<String, Value>;

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AuditSubject))]
pub struct Subject {
    /// `organization`, `person`, `api_key`, `agent`, `version`, `execution`, `invitation` or `session`.
    pub kind: String,
    /// Its identifier, where it has one.
    pub id: Option<String>,
    /// What it was called at that time.
    pub name: Option<String>,
}

impl Subject {
    /// Something of that kind.
    pub fn new(kind: &str, id: Option<&str>, name: Option<&str>) -> Self {
        Self {
            kind: kind.to_owned(),
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
        }
    }
}

/// Something that was done. Once written, it stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEvent {
    /// Begins with `event_`.
    pub event_id: AuditEventId,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "api_key.created"))]
    pub action: AuditAction,
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// To what; null where that is the organization as a whole.
    pub subject: Option<Subject>,
    /// What else there is to say, such as a value before and after.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub details: Details,
}

impl AuditEvent {
    /// Where from.
    pub fn origin(&self) -> &SessionOrigin {
        &self.actor.origin
    }
}
