//! Every call and every server function that changes something leaves one event in the audit log, in the name of the one
//! who asked. A new one that leaves none fails here.

use super::{calls::CALLS, fixture::Things, functions::FUNCTIONS};
use crate::support::TestApp;
use domain::{AgentId, AuditEvent, AuditFilter, PageRequest, SessionOrigin};
use serde_json::{Value, json};
use store::{NewVersion, token::Token};

/// Calls that are not told of: what is recorded says itself who recorded it, and is as much as the organization has
/// executions; trying a connection changes nothing.
const UNTOLD: [&str; 3] = [
    "POST /api/agents/{agentId}/executions",
    "PATCH /api/agents/{agentId}/executions/{executionId}",
    "POST /api/connections/{connectionId}/test",
];
/// Calls that change nothing and are told of: what they answer leaves the organization's hands.
const EXPORTS: [&str; 2] = [
    "GET /api/agents/{agentId}/executions/export",
    "GET /api/audit-events/export",
];
/// Server functions that only read.
const READS: &[&str] = &[
    "account",
    "agent",
    "agent-retention",
    "agents",
    "api-keys",
    "audit-events",
    "connections",
    "execution",
    "executions",
    "export-progress",
    "facets",
    "invitation",
    "members",
    "organization",
    "password-reset",
    "personal-data",
    "strip",
    "tasks",
    "test-connection",
    "versions",
    "viewer",
];

/// A body by which the call changes something.
fn body(call: &str) -> Value {
    match call {
        "POST /api/agents" | "PATCH /api/agents/{agentId}" => json!({"name": "Another"}),
        "POST /api/agents/{agentId}/versions" => json!({"model": "m", "userPromptTemplate": "t"}),
        "POST /api/api-keys" => json!({"name": "K", "scopes": ["read"]}),
        "PATCH /api/api-keys/{apiKeyId}" => json!({"monthlyBudgetUSD": 1}),
        "POST /api/connections" => json!({"name": "C", "kind": "demo"}),
        "PATCH /api/connections/{connectionId}" => json!({"name": "Another"}),
        "POST /api/invitations" => json!({"email": "somebody@acme.example", "role": "viewer"}),
        "POST /api/erasures" => json!({"executedBy": "nobody"}),
        "PATCH /api/members/{userId}" => json!({"role": "member"}),
        "PUT /api/account/password" => {
            json!({"currentPassword": crate::support::PASSWORD, "newPassword": "another long password"})
        }
        // The password that it was changed to.
        "DELETE /api/organization" => json!({"name": "Acme", "password": "another long password"}),
        "PATCH /api/organization" => json!({"timeZone": "Europe/Berlin"}),
        _ => json!({}),
    }
}

/// Arguments by which the function changes something, where the usual ones say what is so already.
fn arguments(function: &str, usual: &str, session: &str) -> String {
    match function {
        "activate-version" => "agent_id={agentId}&number=2".to_owned(),
        "change-role" => "user_id={userId}&role=member".to_owned(),
        "set-agent-retention" => "agent_id={agentId}&days=30".to_owned(),
        "set-time-zone" => "time_zone=Europe%2FBerlin".to_owned(),
        "end-session" => format!("session_id={session}"),
        _ => usual.to_owned(),
    }
}

/// The newest event, and how many there are.
async fn newest(app: &TestApp) -> (AuditEvent, u64) {
    let filter = AuditFilter::default();
    let read = app
        .store
        .audit_events(app.organization, &filter, PageRequest::default())
        .await;
    let mut page = read.unwrap();
    (page.events.remove(0), page.total)
}

/// Things whose agent has a second version, which is not in use.
async fn things(app: &TestApp) -> Things {
    let things = Things::of(app, app.organization).await;
    let agent: AgentId = things.fill("{agentId}").parse().unwrap();
    let version = NewVersion {
        model: "m".into(),
        temperature: None,
        system_prompt: None,
        user_prompt_template: "t".into(),
        activate: false,
    };
    let made = app
        .store
        .create_version(app.organization, &agent, version, chrono::Utc::now())
        .await;
    made.unwrap();
    things
}

fn check(app: &TestApp, name: &str, before: u64, after: (AuditEvent, u64), is_told: bool) {
    let (event, total) = after;
    assert_eq!(total - before, u64::from(is_told), "{name}: {event:?}");
    if is_told {
        assert_eq!(
            event.actor.id.as_deref(),
            Some(app.owner.as_str()),
            "{name}: {event:?}"
        );
        assert_eq!(event.actor.name.as_deref(), Some(crate::support::EMAIL), "{name}");
        assert_eq!(event.actor.origin.user_agent.as_deref(), Some("a test"), "{name}");
    }
}

/// Identifier of a further session of the owner.
async fn another_session(app: &TestApp) -> String {
    let (now, token) = (chrono::Utc::now(), Token::fresh().hash());
    let (origin, end) = (SessionOrigin::default(), now + chrono::Duration::hours(1));
    app.store
        .create_session(&token, &app.owner, app.organization, &origin, now, end)
        .await
        .unwrap();
    let session = app.store.session(&token, now).await.unwrap().unwrap();
    session.id.to_string()
}

#[tokio::test]
async fn every_call_that_changes_something_leaves_an_event() {
    let app = TestApp::start().await;
    let owner = app.owner().await.with("user-agent", "a test");
    for (call, _) in CALLS.iter().copied() {
        let session = match call.starts_with("DELETE /api/account/sessions") {
            true => another_session(&app).await,
            false => String::new(),
        };
        // Live events have no end.
        if call.ends_with("/events") {
            continue;
        }
        let things = things(&app).await;
        let (_, before) = newest(&app).await;
        let (method, path) = call.split_once(' ').unwrap();
        let path = things.fill(&path.replace("{number}", "2").replace("{sessionId}", &session));
        let body = body(call).to_string();
        let status = owner.status(method, &path, "application/json", &body).await;
        let is_told = if method == "GET" {
            EXPORTS.contains(&call)
        } else {
            !UNTOLD.contains(&call)
        };
        assert!(
            !is_told || (200..300).contains(&status),
            "{call} is answered {status}"
        );
        check(&app, call, before, newest(&app).await, is_told);
    }
}

#[tokio::test]
async fn every_function_that_changes_something_leaves_an_event() {
    let app = TestApp::start().await;
    let owner = app.owner().await.with("user-agent", "a test");
    let session = another_session(&app).await;
    for (function, usual, _) in FUNCTIONS.iter().copied() {
        let things = things(&app).await;
        if function == "let-deletion-go-on" {
            let now = chrono::Utc::now();
            for at in [now - chrono::Duration::days(8), now] {
                app.store.note_clock(at).await.unwrap();
            }
        }
        let (_, before) = newest(&app).await;
        let arguments = things.fill(&arguments(function, usual, &session));
        let (path, form) = (format!("/_fn/{function}"), "application/x-www-form-urlencoded");
        let status = owner.status("POST", &path, form, &arguments).await;
        assert!((200..400).contains(&status), "{function} is answered {status}");
        check(
            &app,
            function,
            before,
            newest(&app).await,
            !READS.contains(&function),
        );
    }
}
