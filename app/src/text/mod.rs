//! Every word that a person reads, in one place, so that a second language is a second file. Names of statuses and
//! sources, numbers and times are the domain's.

pub mod account;
pub mod agent_retention;
pub mod agents;
pub mod api_keys;
pub mod audit;
pub mod connect;
pub mod connections;
pub mod dates;
pub mod deletion;
pub mod detail;
pub mod empty;
pub mod erasure;
pub mod error;
pub mod export;
#[cfg(feature = "ssr")]
pub mod failure;
pub mod forgot_password;
pub mod join;
pub mod keys;
pub mod list;
pub mod members;
pub mod more;
pub mod not_found;
pub mod reset_password;
pub mod retention;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod strip;
pub mod tasks;
pub mod versions;

use domain::VersionNumber;

/// The language of all this, as HTML names it.
#[cfg(feature = "ssr")]
pub const LANGUAGE: &str = "en";
pub const PRODUCT: &str = "Agent Ledger";
pub const DEMO: &str = "This is a demo. Its data is invented, and thrown away when the server stops.";
pub const SKIP_TO_CONTENT: &str = "Skip to content";
pub const MAIN_NAVIGATION: &str = "Main";
pub const BREADCRUMBS: &str = "Breadcrumbs";
pub const TABS: &str = "Agent";
pub const ACCOUNT: &str = "Account";
pub const ORGANIZATIONS: &str = "Organizations";
pub const SIGN_OUT: &str = "Sign out";
pub const AGENTS: &str = "Agents";
pub const API_KEYS: &str = "API keys";
pub const MEMBERS: &str = "Members";
pub const API_DOCS: &str = "API docs";
pub const TO_AGENTS: &str = "To the agents";
pub const TRY_AGAIN: &str = "Try again";
pub const RENAME: &str = "Rename";
pub const CLOSE: &str = "Close";
pub const EMAIL: &str = "E-mail address";
pub const PASSWORD: &str = "Password";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const COPY_FAILED: &str = "Not copied";
pub const UNKNOWN: &str = "unknown";
pub const SLOW: &str = "slow:";

pub const EXECUTIONS: &str = "Executions";
pub const VERSIONS: &str = "Versions";
pub const CONNECT: &str = "Connect";

pub const LATENCY: &str = "Latency";
pub const TOKENS: &str = "Tokens";
pub const COST: &str = "Cost";
pub const MODEL: &str = "Model";
pub const VERSION: &str = "Version";
pub const API_KEY: &str = "API key";
pub const EXECUTION_ID: &str = "Execution ID";
pub const SYSTEM_PROMPT: &str = "System prompt";
pub const USER_PROMPT: &str = "User prompt";

/// The document's title.
pub fn title(page: String) -> String {
    if page.is_empty() {
        PRODUCT.to_owned()
    } else {
        format!("{page} · {PRODUCT}")
    }
}

/// A time in the page's zone and by the reader's own clock.
pub fn own_time(full: &str, own: &str) -> String {
    format!("{full}\n{own} by your clock")
}

/// The tag of the version in use.
pub fn active_version(version: VersionNumber) -> String {
    format!("{version} active")
}

/// How many executions there are.
pub fn executions_count(count: &str, one: bool) -> String {
    format!("{count} execution{}", if one { "" } else { "s" })
}
