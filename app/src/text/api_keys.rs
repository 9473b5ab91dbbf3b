//! API keys.

use domain::Scope;

pub const WORDS: &str =
    "Programs use a key to record executions and to read them. A key belongs to the organization.";
pub const SHOWN_ONCE: &str = "The new key. Copy it now: it is shown this once only.";
pub const CREATE: &str = "New key";
pub const CREATE_SUBMIT: &str = "Create key";
pub const NAME: &str = "Name";
pub const NAME_EXAMPLE: &str = "Shop backend";
pub const KEY: &str = "Key";
pub const SCOPES: &str = "Scopes";
pub const AGENTS: &str = "Agents";
pub const AGENTS_WORDS: &str =
    "The key reaches only the agents you choose. Choose none, and it reaches every agent.";
pub const ALL_AGENTS: &str = "all";
pub const UNKNOWN_AGENT: &str = "removed agent";
pub const LIMIT: &str = "Requests per minute";
pub const LIMIT_WORDS: &str = "Leave empty for no limit.";
pub const EXPIRES: &str = "Expires";
pub const EXPIRES_WORDS: &str = "At the end of that day. Leave empty for a key without end.";
pub const NEVER: &str = "never";
pub const LAST_USED: &str = "Last used";
pub const STATE: &str = "State";
pub const REVOKED: &str = "Revoked";
pub const EXPIRED: &str = "Expired";
pub const ROTATE: &str = "Rotate";
pub const ROTATE_WORDS: &str = "The key gets a new secret. The old one works a while longer, so that you can change it \
    in your programs.";
pub const GRACE: &str = "The old secret works for";
pub const ROTATE_SUBMIT: &str = "Rotate key";
pub const OLD_SECRET_UNTIL: &str = "Old secret works until";
pub const REVOKE: &str = "Revoke";
pub const REVOKE_WORDS: &str = "Programs that use this key stop working at once. This cannot be undone.";
pub const REVOKE_SUBMIT: &str = "Revoke key";
pub const NONE: &str = "No keys yet.";

/// How long the old secret works after a rotation, in hours.
pub const GRACES: [(u32, &str); 5] = [
    (0, "no longer: it ends at once"),
    (1, "1 hour"),
    (24, "24 hours"),
    (7 * 24, "7 days"),
    (30 * 24, "30 days"),
];

/// A limit of requests.
pub fn per_minute(limit: &str) -> String {
    format!("{limit} per minute")
}

/// Where something was done from.
pub fn from(address: &str) -> String {
    format!("from {address}")
}

/// What a scope allows.
pub fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Record => "record executions and finish running ones",
        Scope::Read => "read and export executions, agents and versions",
        Scope::Execute => "run agents",
        Scope::Admin => "manage agents, versions and keys",
    }
}
