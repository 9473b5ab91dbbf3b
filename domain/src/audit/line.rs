//! The columns of the audit log's CSV.

use super::AuditEvent;
use crate::{csv::guard, time::rfc3339};
use std::borrow::Cow;

/// Names of the columns, in order.
pub const HEADER: [&str; 12] = [
    "Event ID",
    "At",
    "Action",
    "Actor Kind",
    "Actor ID",
    "Actor",
    "Subject Kind",
    "Subject ID",
    "Subject",
    "IP Address",
    "User Agent",
    "Details",
];

impl AuditEvent {
    /// The cells of its row: empty where unknown, details as JSON, none that a spreadsheet would run. Quoting is the
    /// writer's.
    pub fn cells(&self) -> [Cow<'_, str>; 12] {
        fn known(text: Option<&str>) -> Cow<'_, str> {
            guard(text.unwrap_or_default())
        }
        let subject = self.subject.as_ref();
        let details = if self.details.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&self.details).unwrap_or_default()
        };
        [
            guard(self.event_id.as_str()),
            rfc3339(self.at).into(),
            self.action.as_str().into(),
            self.actor.kind.as_str().into(),
            known(self.actor.id.as_deref()),
            known(self.actor.name.as_deref()),
            known(subject.map(|subject| subject.kind.as_str())),
            known(subject.and_then(|subject| subject.id.as_deref())),
            known(subject.and_then(|subject| subject.name.as_deref())),
            known(self.origin().ip_address.as_deref()),
            known(self.origin().user_agent.as_deref()),
            details.into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        SessionOrigin,
        audit::{Actor, AuditAction, Details, Subject},
        time,
    };

    #[test]
    fn no_cell_is_a_formula() {
        let origin = SessionOrigin {
            ip_address: Some("192.0.2.1".into()),
            user_agent: Some("=cmd()".into()),
        };
        let event = AuditEvent {
            event_id: "event_1".parse().unwrap(),
            at: time::parse_instant("2026-01-01T00:00:00Z").unwrap(),
            action: AuditAction::AgentCreated,
            actor: Actor::person(&"user_1".parse().unwrap(), "@mira", origin),
            subject: Some(Subject::new("agent", Some("-1"), Some("+1"))),
            details: Details::new(),
        };
        assert_eq!(
            event.cells().join(","),
            "event_1,2026-01-01T00:00:00Z,agent.created,person,user_1,'@mira,agent,'-1,'+1,192.0.2.1,'=cmd(),"
        );
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["actor"]["name"], "@mira");
        assert_eq!(json["ipAddress"], "192.0.2.1");
        assert_eq!(serde_json::from_value::<AuditEvent>(json).unwrap(), event);
    }
}
