//! The audit log.

pub const AUDIT_LOG: &str = "Audit log";
pub const WORDS: &str =
    "Who did what in this organization, when, and from where. Nothing here can be changed or deleted.";
pub const WHEN: &str = "When";
pub const WHO: &str = "Who";
pub const WHAT: &str = "What";
pub const SUBJECT: &str = "On what";
pub const FROM: &str = "From where";
pub const EVERYTHING: &str = "Everything";
pub const FROM_DAY: &str = "From";
pub const UNTIL_DAY: &str = "Until";
pub const FILTER: &str = "Filter";
pub const CSV: &str = "Export CSV";
pub const NDJSON: &str = "Export NDJSON";
pub const NO_MATCH: &str = "Nothing matches";
pub const NO_MATCH_WORDS: &str = "No event passes this filter.";
pub const NONE: &str = "Nothing here";
pub const NONE_WORDS: &str = "There is no event on this page.";
pub const FIRST_PAGE: &str = "To the first page";

#[cfg(feature = "ssr")]
pub use words::{action, details, group, showing, subject, who};

/// What the server alone says.
#[cfg(feature = "ssr")]
mod words {
    use domain::{
        Actor, ActorKind, AuditAction, LocalZone, Pagination,
        audit::{Details, Subject},
        format::grouped,
        time,
    };
    use serde_json::Value;

    /// What somebody did.
    pub fn action(action: AuditAction) -> &'static str {
        match action {
            AuditAction::SessionSignedIn => "signed in",
            AuditAction::SessionRefused => "gave a wrong password",
            AuditAction::SessionThrottled => "gave too many wrong passwords",
            AuditAction::SessionSwitched => "came from another organization",
            AuditAction::SessionEnded => "ended a session",
            AuditAction::PasswordChanged => "changed a password",
            AuditAction::PasswordRefused => "gave a wrong current password",
            AuditAction::PasswordResetLink => "made a link to a new password",
            AuditAction::PasswordReset => "chose a new password by a link",
            AuditAction::IdentityLinked => "tied an account to single sign-on",
            AuditAction::ApiKeyCreated => "made an API key",
            AuditAction::ApiKeyRotated => "rotated an API key",
            AuditAction::ApiKeyChanged => "changed the limits of an API key",
            AuditAction::ApiKeyRevoked => "revoked an API key",
            AuditAction::ApiKeyRefused => "presented an API key that was refused",
            AuditAction::ConnectionCreated => "made a connection",
            AuditAction::ConnectionChanged => "changed a connection",
            AuditAction::ConnectionDeleted => "deleted a connection",
            AuditAction::MemberAdded => "added a person",
            AuditAction::MemberInvited => "invited a person",
            AuditAction::InvitationWithdrawn => "withdrew an invitation",
            AuditAction::MemberJoined => "joined",
            AuditAction::MemberRoleChanged => "changed a role",
            AuditAction::MemberRemoved => "removed a person",
            AuditAction::MemberLeft => "left",
            AuditAction::OrganizationCreated => "made the organization",
            AuditAction::OrganizationDeleted => "deleted the organization",
            AuditAction::SettingsChanged => "changed settings",
            AuditAction::AgentCreated => "made an agent",
            AuditAction::AgentRenamed => "renamed an agent",
            AuditAction::VersionCreated => "added a version",
            AuditAction::VersionActivated => "put a version in use",
            AuditAction::RetentionChanged => "changed the retention",
            AuditAction::ExecutionsPurged => "deleted old executions",
            AuditAction::ExecutionsExported => "exported executions",
            AuditAction::ExecutionErased => "erased an execution",
            AuditAction::AgentErased => "erased an agent's executions",
            AuditAction::PersonErased => "erased what a person executed",
            AuditAction::TaskFailed => "gave up a task",
            AuditAction::TaskRetried => "retried a task",
            AuditAction::AuditExported => "exported the audit log",
            AuditAction::EncryptionRotated => "rotated the encryption key",
            AuditAction::EncryptionMasterRotated => "rotated the master key",
        }
    }

    /// A group of actions to choose.
    pub fn group(group: &str) -> String {
        match group {
            "session" => "Sign-ins".to_owned(),
            "password" => "Passwords".to_owned(),
            "api_key" => "API keys".to_owned(),
            "connection" => "Providers".to_owned(),
            "member" => "Members".to_owned(),
            "identity" => "Single sign-on".to_owned(),
            "invitation" => "Invitations".to_owned(),
            "agent" => "Agents".to_owned(),
            "version" => "Versions".to_owned(),
            "executions" => "Exports and purges".to_owned(),
            "execution" => "Erased executions".to_owned(),
            "person" => "Erased people".to_owned(),
            "task" => "Background tasks".to_owned(),
            "audit" => "Exports of this log".to_owned(),
            _ => capital(&group.replace('_', " ")),
        }
    }

    fn capital(text: &str) -> String {
        let mut letters = text.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect())
            .unwrap_or_default()
    }

    /// Who did it.
    pub fn who(actor: &Actor) -> String {
        let name = actor.name.clone().or(actor.id.clone()).unwrap_or_default();
        match actor.kind {
            ActorKind::Person => name,
            ActorKind::ApiKey => format!("API key {name}"),
            ActorKind::CommandLine => "the command line".to_owned(),
            ActorKind::System => "the server".to_owned(),
            ActorKind::Unknown => "somebody unknown".to_owned(),
        }
    }

    /// To what it was done.
    pub fn subject(subject: &Subject) -> String {
        let kind = match subject.kind.as_str() {
            "api_key" => "API key".to_owned(),
            kind => kind.replace('_', " "),
        };
        // A session's identifier says nothing to anybody.
        let id = subject.id.as_deref().filter(|_| subject.kind != "session");
        match subject.name.as_deref().or(id) {
            Some(name) => format!("{kind} {name}"),
            None => kind,
        }
    }

    /// What else there is to say: `role: viewer → admin, days: 30`; moments by the clocks of `zone`.
    pub fn details(details: &Details, zone: &LocalZone) -> String {
        let plain = |value| plain(value, zone);
        let told: Vec<_> = details
            .iter()
            .map(|(name, value)| {
                let value = match (value.get("before"), value.get("after")) {
                    (Some(before), Some(after)) => format!("{} → {}", plain(before), plain(after)),
                    _ => plain(value),
                };
                format!("{}: {value}", spaced(name))
            })
            .collect();
        told.join(", ")
    }

    fn plain(value: &Value, zone: &LocalZone) -> String {
        match value {
            Value::Null => "none".to_owned(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::String(text) => match time::parse_instant(text) {
                Some(at) => zone.full(at),
                None => text.clone(),
            },
            Value::Array(values) => {
                let values: Vec<_> = values.iter().map(|value| plain(value, zone)).collect();
                values.join(" ")
            }
            other => other.to_string(),
        }
    }

    /// `oldSecretUntil` as people write it.
    fn spaced(name: &str) -> String {
        let mut words = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                words.push(' ');
            }
            words.push(letter.to_ascii_lowercase());
        }
        words
    }

    /// Which rows are shown out of how many.
    pub fn showing(page: Pagination) -> String {
        let total = format!(
            "{} event{}",
            grouped(page.total),
            if page.total == 1 { "" } else { "s" }
        );
        match page.range() {
            Some((first, last)) => format!("Showing {} to {} of {total}", grouped(first), grouped(last)),
            None => format!("Showing none of {total}"),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use serde_json::json;

        #[test]
        fn details_are_told_in_words() {
            let Value::Object(given) = json!({
                "role": {"before": "viewer", "after": null},
                "oldSecretUntil": "2026-01-01T00:00:00Z",
                "inUse": true,
            }) else {
                return;
            };
            let told = details(&given, &LocalZone::utc());
            for part in [
                "role: viewer → none",
                "old secret until: 1 January 2026, 00:00:00 UTC",
                "in use: yes",
            ] {
                assert!(told.contains(part), "{told}");
            }
        }
    }
}
