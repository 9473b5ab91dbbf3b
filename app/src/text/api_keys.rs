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
pub const BUDGET: &str = "Monthly budget (USD)";
pub const BUDGET_WORDS: &str = "Once the key's executions of a month (UTC) cost that much, it begins nothing more until \
    the next. Leave empty for none.";
pub const SPENT: &str = "Spent this month";
pub const SPENT_WORDS: &str = "Months are those of UTC. An execution whose cost is not known counts as nothing, and one \
    that was deleted still counts.";
pub const BUDGET_SPENT: &str = "budget spent";
pub const CHANGE: &str = "Limits";
pub const CHANGE_WORDS: &str = "They hold from the key's next request on.";
pub const CHANGE_SUBMIT: &str = "Change limits";
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

/// What was spent of a budget.
pub fn spent_of(spent: &str, budget: &str) -> String {
    format!("{spent} of {budget}")
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
