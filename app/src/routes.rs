//! Every address of the page, built in one place.

use crate::query_string::address;
use domain::ExecutionQuery;

/// The list of agents, and the home page.
pub const AGENTS: &str = "/agents";
/// The settings: a page each, of which the first one opens.
pub const SETTINGS: &str = "/settings";
/// The organization's own settings.
pub const ORGANIZATION: &str = "/settings/organization";
/// The organization's API keys.
pub const API_KEYS: &str = "/settings/api-keys";
/// The organization's connections to providers of models.
pub const PROVIDERS: &str = "/settings/providers";
/// The reader's own account.
pub const ACCOUNT: &str = "/settings/account";
/// Who did what in the organization.
pub const AUDIT_LOG: &str = "/settings/audit-log";
/// The REST call that writes the audit log to a file.
#[cfg(feature = "ssr")]
pub const AUDIT_EXPORT_CALL: &str = "/api/audit-events/export";
/// The organization's people.
pub const MEMBERS: &str = "/settings/members";
/// Where somebody who was invited joins.
#[cfg(feature = "ssr")]
pub const JOIN: &str = "/join";
/// Where somebody who forgot the password chooses another one.
#[cfg(feature = "ssr")]
pub const RESET_PASSWORD: &str = "/reset-password";
/// Where somebody asks for such a link by e-mail.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// Name of the parameter that opens an execution beside the list.
pub const EXECUTION: &str = "execution";
/// Name of the parameter that says whose executions are to be erased, and of the part of the page that tells of them.
pub const ERASE: &str = "erase";
/// Name of the part of the organization's page that tells of what is done in the background.
pub const TASKS: &str = "tasks";
/// Name of the parameter that says that this was begun, and of how many executions.
pub const BEGUN: &str = "begun";
/// Name of the parameter that says how many days are being thought of.
pub const DAYS: &str = "days";
/// Name of the parameter that says what was done.
pub const DONE: &str = "done";
/// The page that signs a person in.
pub const SIGN_IN: &str = "/sign-in";
/// The reference of the REST API; a page of its own, outside the router.
pub const API_DOCS: &str = "/api/docs";
/// Where signing in by a provider begins.
pub const SSO: &str = "/auth/sso";
/// Where the sign-in form goes.
pub const POST_SIGN_IN: &str = "/auth/sign-in";
/// Where the sign-out form goes.
pub const POST_SIGN_OUT: &str = "/auth/sign-out";
/// Where the form of somebody who joins goes.
pub const POST_JOIN: &str = "/auth/join";
/// Where the form of somebody who leaves the organization goes.
pub const POST_LEAVE: &str = "/auth/leave";
/// Where the form goes that deletes the organization.
pub const POST_DELETE_ORGANIZATION: &str = "/auth/delete-organization";
/// Where the form that changes the password goes.
pub const POST_PASSWORD: &str = "/auth/password";
/// Where the form goes that asks for a link by e-mail.
pub const POST_FORGOT_PASSWORD: &str = "/auth/forgot-password";
/// Where the form of somebody who forgot the password goes.
pub const POST_RESET_PASSWORD: &str = "/auth/reset-password";
/// Where the form that goes on in another organization goes.
pub const POST_SWITCH: &str = "/auth/switch";
/// Where the set-up form goes.
pub const POST_SET_UP: &str = "/auth/set-up";

/// An agent's executions.
pub fn executions(agent: &str) -> String {
    format!("{AGENTS}/{agent}/executions")
}

/// An agent's executions that a query asks for.
pub fn executions_where(agent: &str, query: &ExecutionQuery) -> String {
    address(&executions(agent), query.pairs())
}

/// One execution, open beside the list that a query asks for.
pub fn execution(agent: &str, execution: &str, query: &ExecutionQuery) -> String {
    let pairs = query
        .pairs()
        .into_iter()
        .chain([(EXECUTION, execution.to_owned())]);
    address(&executions(agent), pairs)
}

/// An agent's versions.
pub fn versions(agent: &str) -> String {
    format!("{AGENTS}/{agent}/versions")
}

/// How to record an agent's executions.
pub fn connect(agent: &str) -> String {
    format!("{AGENTS}/{agent}/connect")
}

/// How long an agent's executions are kept.
pub fn agent_retention(agent: &str) -> String {
    format!("{AGENTS}/{agent}/retention")
}

/// The same, after it was changed.
#[cfg(feature = "ssr")]
pub fn saved_agent_retention(agent: &str) -> String {
    address(&agent_retention(agent), [(DONE, DAYS.to_owned())])
}

/// Where the form goes that asks what somebody executed: the page, at its own part.
pub fn erasure() -> String {
    format!("{ORGANIZATION}#{ERASE}")
}

/// What is done in the background: the page, at its own part.
pub fn tasks() -> String {
    format!("{ORGANIZATION}#{TASKS}")
}

/// The page that tells how far erasing what somebody executed is, of so many executions.
#[cfg(feature = "ssr")]
pub fn erasing(who: &str, executions: u64) -> String {
    let parameters = [(ERASE, who.to_owned()), (BEGUN, executions.to_string())];
    format!("{}#{ERASE}", address(ORGANIZATION, parameters))
}

/// The REST call that reads an execution.
pub fn execution_call(agent: &str, execution: &str) -> String {
    format!("{}/{execution}", record_call(agent))
}

/// The REST call that lists an agent's versions.
pub fn versions_call(agent: &str) -> String {
    format!("/api/agents/{agent}/versions")
}

/// The REST call that records an agent's executions.
pub fn record_call(agent: &str) -> String {
    format!("/api/agents/{agent}/executions")
}

/// The export of an agent's executions.
pub fn export_call(agent: &str) -> String {
    format!("{}/export", record_call(agent))
}

/// The event stream of an agent's executions.
pub fn events_call(agent: &str) -> String {
    format!("{}/events", record_call(agent))
}

/// The sign-in page that leads back to `next`.
pub fn sign_in(next: &str) -> String {
    address(SIGN_IN, [("next", next.to_owned())])
}
