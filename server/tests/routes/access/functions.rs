//! The server functions behind the pages: public endpoints like any other.

use super::{
    MISSING, REFUSED, UNKNOWN,
    Who::{self, Anyone, Themselves, With},
    fixture::Things,
};
use crate::support::{Client, TestApp};
use domain::{
    Permission::{Administer, Own, Read},
    Role,
};
use leptos::server_fn::axum::server_fn_paths;
use std::collections::BTreeSet;

/// Every server function, arguments that it takes, and who may call it.
pub const FUNCTIONS: &[(&str, &str, Who)] = &[
    ("account", "", Themselves),
    (
        "activate-version",
        "agent_id={agentId}&number=1",
        With(Administer),
    ),
    ("agent", "agent_id={agentId}", With(Read)),
    ("agent-retention", "agent_id={agentId}&days=30", With(Administer)),
    ("agents", "", With(Read)),
    ("api-keys", "", With(Administer)),
    ("audit-events", "query=", With(Administer)),
    (
        "change-api-key",
        "api_key_id={apiKeyId}&requests_per_minute=60&monthly_budget=2.5",
        With(Administer),
    ),
    (
        "change-connection",
        "connection_id={connectionId}&name=B&base_url=https%3A%2F%2F127.0.0.1%2Fv1",
        With(Administer),
    ),
    ("change-role", "user_id={userId}&role=viewer", With(Administer)),
    ("connections", "", With(Administer)),
    ("create-agent", "name=A", With(Administer)),
    ("create-api-key", "name=A&scopes%5B%5D=read", With(Administer)),
    ("create-connection", "name=A&kind=demo", With(Administer)),
    (
        "create-version",
        "agent_id={agentId}&model=m&temperature=&system_prompt=&user_prompt_template=t",
        With(Administer),
    ),
    (
        "delete-connection",
        "connection_id={connectionId}",
        With(Administer),
    ),
    ("end-session", "session_id={sessionId}", Themselves),
    ("erase-person", "who=nobody", With(Administer)),
    (
        "execution",
        "agent_id={agentId}&execution_id={executionId}&query=",
        With(Read),
    ),
    (
        "executions",
        "agent_id={agentId}&query=&with_strip=true",
        With(Read),
    ),
    ("export-progress", "name=none", With(Read)),
    ("facets", "agent_id={agentId}", With(Read)),
    ("invitation", "token=none", Anyone),
    (
        "invite-member",
        "email=new@acme.example&role=viewer",
        With(Administer),
    ),
    ("let-deletion-go-on", "", With(Own)),
    ("members", "", With(Administer)),
    ("organization", "", With(Administer)),
    ("password-reset", "token=none", Anyone),
    ("personal-data", "who=nobody", With(Administer)),
    ("remove-member", "user_id={userId}", With(Administer)),
    ("rename-agent", "agent_id={agentId}&name=B", With(Administer)),
    ("reset-member-password", "user_id={userId}", With(Administer)),
    ("retry-task", "task_id={taskId}", With(Administer)),
    ("revoke-api-key", "api_key_id={apiKeyId}", With(Administer)),
    (
        "rotate-api-key",
        "api_key_id={apiKeyId}&grace_hours=24",
        With(Administer),
    ),
    (
        "set-agent-retention",
        "agent_id={agentId}&days=",
        With(Administer),
    ),
    ("set-retention", "plan=standard&days=", With(Administer)),
    ("set-time-zone", "time_zone=UTC", With(Administer)),
    ("strip", "agent_id={agentId}&query=", With(Read)),
    ("tasks", "", With(Administer)),
    (
        "test-connection",
        "connection_id={connectionId}",
        With(Administer),
    ),
    ("versions", "agent_id={agentId}", With(Read)),
    ("viewer", "", Anyone),
    (
        "withdraw-invitation",
        "invitation_id={invitationId}",
        With(Administer),
    ),
];

async fn call(client: &Client, function: &str, arguments: &str, things: &Things) -> u16 {
    let content_type = "application/x-www-form-urlencoded";
    let path = format!("/_fn/{function}");
    client
        .status("POST", &path, content_type, &things.fill(arguments))
        .await
}

#[tokio::test]
async fn every_function_has_its_row() {
    // The router registers them.
    let _app = TestApp::start().await;
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let rows: BTreeSet<_> = FUNCTIONS
        .iter()
        .map(|(function, ..)| format!("/_fn/{function}"))
        .collect();
    assert_eq!(registered, rows);
}

#[tokio::test]
async fn nobody_may_what_needs_somebody() {
    let app = TestApp::start().await;
    let things = Things::of(&app, app.organization).await;
    for (function, arguments, who) in FUNCTIONS.iter().copied() {
        let status = call(&app.anonymous(), function, arguments, &things).await;
        let expected = if who == Anyone { 200 } else { UNKNOWN };
        assert_eq!(status, expected, "{function}");
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_read_is_the_callers_fault() {
    let app = TestApp::start().await;
    for client in [app.anonymous(), app.owner().await] {
        for (function, arguments, _) in FUNCTIONS.iter().filter(|(_, arguments, _)| !arguments.is_empty()) {
            for body in ["", "nonsense", "%ff=%ff", "{\"a\":1}", "agent_id=&number=many"] {
                let path = format!("/_fn/{function}");
                let form = "application/x-www-form-urlencoded";
                let status = client.status("POST", &path, form, body).await;
                assert!(
                    matches!(status, 200 | 400 | 401 | 404 | 422),
                    "{function} {body:?}: {status}"
                );
                let is_partly_there = body.starts_with("agent_id") || arguments.ends_with("query=");
                assert!(status == 400 || is_partly_there, "{function} {body:?}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn every_role_may_what_the_table_says() {
    let app = TestApp::start().await;
    let other = app
        .store
        .ensure_organization("Globex", chrono::Utc::now())
        .await
        .unwrap();
    for role in Role::ALL {
        let client = app.colleague(role).await;
        for (function, arguments, who) in FUNCTIONS.iter().copied() {
            let With(permission) = who else { continue };
            let may = role.allows(permission);
            let own = Things::of(&app, app.organization).await;
            let status = call(&client, function, arguments, &own).await;
            let told = format!("{}: {function} is answered {status}", role.as_str());
            assert_eq!(status == REFUSED, !may, "{told}");
            assert!(!may || (200..400).contains(&status), "{told}");

            let foreign = Things::of(&app, other.id).await;
            let status = call(&client, function, arguments, &foreign).await;
            let told = format!("{}: {function} on what is another's", role.as_str());
            match (may, arguments.contains('{')) {
                (false, _) => assert_eq!(status, REFUSED, "{told}"),
                (true, true) => assert_eq!(status, MISSING, "{told}"),
                (true, false) => assert!((200..400).contains(&status), "{told}"),
            }
        }
    }
}

#[tokio::test]
async fn everybody_reaches_what_is_their_own_alone() {
    let app = TestApp::start().await;
    let others = Things::of(&app, app.organization).await;
    for role in Role::ALL {
        let client = app.colleague(role).await;
        for (function, arguments, who) in FUNCTIONS.iter().copied() {
            if who == Themselves {
                let status = call(&client, function, arguments, &others).await;
                let expected = if arguments.contains('{') { MISSING } else { 200 };
                assert_eq!(status, expected, "{}: {function}", role.as_str());
            }
        }
    }
}
