//! Fresh identifiers and secrets.

use domain::{
    AgentId, ApiKeyToken, AuditEventId, ConnectionId, ExecutionId, InvalidId, InvitationId, TaskId,
    Timestamp, UserId,
};
use rand::{RngExt, distr::Alphanumeric};
use ulid::Ulid;

/// Letters and digits in the secret half of an API key: 238 bits.
const SECRET_LENGTH: usize = 40;
/// Letters and digits in the public half.
const PUBLIC_LENGTH: usize = 12;

/// A ULID in lower case: sorts by time, and its 80 random bits cannot be guessed.
fn ulid(now: Timestamp) -> String {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Ulid::from_parts(millis, rand::rng().random())
        .to_string()
        .to_ascii_lowercase()
}

#[expect(
    clippy::expect_used,
    reason = "letters, digits and underscores, within 64 characters"
)]
fn parse<Id: TryFrom<String, Error = InvalidId>>(text: String) -> Id {
    Id::try_from(text).expect("a valid identifier")
}

macro_rules! fresh {
    ($(#[$doc:meta])* $name:ident, $id:ty, $prefix:literal) => {
        $(#[$doc])*
        pub(crate) fn $name(now: Timestamp) -> $id {
            parse(format!(concat!($prefix, "{}"), ulid(now)))
        }
    };
}

fresh! {
    /// A fresh execution's identifier.
    execution_id, ExecutionId, "exec_"
}
fresh! {
    /// A fresh agent's identifier.
    agent_id, AgentId, "agent_"
}
fresh! {
    /// A fresh person's identifier.
    user_id, UserId, "user_"
}
fresh! {
    /// A fresh invitation's identifier.
    invitation_id, InvitationId, "invite_"
}
fresh! {
    /// A fresh task's identifier.
    task_id, TaskId, "task_"
}
fresh! {
    /// A fresh connection's identifier.
    connection_id, ConnectionId, "connection_"
}
fresh! {
    /// A fresh identifier of an event of the audit log.
    audit_event_id, AuditEventId, "event_"
}

fn alphanumeric(length: usize) -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(length)
        .map(char::from)
        .collect()
}

/// A fresh API key.
pub(crate) fn api_key_token() -> ApiKeyToken {
    ApiKeyToken {
        public: parse(alphanumeric(PUBLIC_LENGTH)),
        secret: alphanumeric(SECRET_LENGTH),
    }
}
