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
pub const CREATED: &str = "Created";
pub const STATE: &str = "State";
pub const REVOKED: &str = "Revoked";
pub const REVOKE: &str = "Revoke";
pub const REVOKE_WORDS: &str = "Programs that use this key stop working at once. This cannot be undone.";
pub const REVOKE_SUBMIT: &str = "Revoke key";
pub const NONE: &str = "No keys yet.";

/// What a scope allows.
pub fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Record => "record executions and finish running ones",
        Scope::Read => "read and export executions, agents and versions",
        Scope::Execute => "run agents",
        Scope::Admin => "manage agents, versions and keys",
    }
}
