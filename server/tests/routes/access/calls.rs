//! The calls of the OpenAPI document.

use super::{
    MISSING, REFUSED, UNKNOWN,
    Who::{self, Anyone, Themselves, With},
    fixture::Things,
};
use crate::support::{Client, TestApp};
use domain::{
    Permission::{Administer, Own, Read, Record},
    Role, Scope,
};
use std::collections::BTreeSet;

/// Every call and who may make it.
pub const CALLS: &[(&str, Who)] = &[
    ("GET /api/account/sessions", Themselves),
    ("DELETE /api/account/sessions", Themselves),
    ("DELETE /api/account/sessions/{sessionId}", Themselves),
    ("PUT /api/account/password", Themselves),
    ("GET /api/agents", With(Read)),
    ("POST /api/agents", With(Administer)),
    ("GET /api/agents/{agentId}", With(Read)),
    ("PATCH /api/agents/{agentId}", With(Administer)),
    ("GET /api/agents/{agentId}/executions", With(Read)),
    ("POST /api/agents/{agentId}/executions", With(Record)),
    ("GET /api/agents/{agentId}/executions/events", With(Read)),
    ("GET /api/agents/{agentId}/executions/export", With(Read)),
    ("GET /api/agents/{agentId}/executions/{executionId}", With(Read)),
    (
        "PATCH /api/agents/{agentId}/executions/{executionId}",
        With(Record),
    ),
    (
        "DELETE /api/agents/{agentId}/executions/{executionId}",
        With(Administer),
    ),
    ("GET /api/agents/{agentId}/versions", With(Read)),
    ("POST /api/agents/{agentId}/versions", With(Administer)),
    (
        "POST /api/agents/{agentId}/versions/{number}/activate",
        With(Administer),
    ),
    ("GET /api/api-keys", With(Administer)),
    ("POST /api/api-keys", With(Administer)),
    ("GET /api/api-keys/{apiKeyId}", With(Administer)),
    ("PATCH /api/api-keys/{apiKeyId}", With(Administer)),
    ("DELETE /api/api-keys/{apiKeyId}", With(Administer)),
    ("POST /api/api-keys/{apiKeyId}/rotate", With(Administer)),
    ("GET /api/audit-events", With(Administer)),
    ("GET /api/audit-events/export", With(Administer)),
    ("GET /api/connections", With(Administer)),
    ("POST /api/connections", With(Administer)),
    ("GET /api/connections/{connectionId}", With(Administer)),
    ("PATCH /api/connections/{connectionId}", With(Administer)),
    ("DELETE /api/connections/{connectionId}", With(Administer)),
    ("POST /api/connections/{connectionId}/test", With(Administer)),
    ("POST /api/erasures", With(Administer)),
    ("GET /api/invitations", With(Administer)),
    ("POST /api/invitations", With(Administer)),
    ("DELETE /api/invitations/{invitationId}", With(Administer)),
    ("GET /api/members", With(Administer)),
    ("PATCH /api/members/{userId}", With(Administer)),
    ("DELETE /api/members/{userId}", With(Administer)),
    ("POST /api/members/{userId}/password-reset", With(Administer)),
    ("GET /api/openapi.json", Anyone),
    ("GET /api/organization", With(Read)),
    ("PATCH /api/organization", With(Administer)),
    ("GET /api/tasks", With(Administer)),
    ("GET /api/tasks/{taskId}", With(Administer)),
    ("POST /api/tasks/{taskId}/retry", With(Administer)),
    // Last: where it is done whole, nothing is left for another.
    ("DELETE /api/organization", With(Own)),
];

/// Makes the call with a body of no use: who asks is settled before it is read.
async fn call(client: &Client, call: &str, things: &Things) -> u16 {
    let (method, path) = call.split_once(' ').unwrap();
    client
        .status(method, &things.fill(path), "application/json", "{}")
        .await
}

#[tokio::test]
async fn every_call_has_its_row() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let rows: BTreeSet<_> = CALLS.iter().map(|(call, _)| (*call).to_owned()).collect();
    assert_eq!(described, rows);
}

#[tokio::test]
async fn nobody_may_what_needs_somebody() {
    let app = TestApp::start().await;
    let things = Things::of(&app, app.organization).await;
    for (name, who) in CALLS.iter().copied() {
        let status = call(&app.anonymous(), name, &things).await;
        assert_eq!(status == UNKNOWN, who != Anyone, "{name}: {status}");
    }
}

/// One who asks, what is theirs and what is another's, and whether they may.
async fn check(app: &TestApp, client: &Client, name: &str, may: bool, asker: &str) {
    let things = Things::of(app, app.organization).await;
    let own = call(client, name, &things).await;
    let expected = if may { "an answer" } else { "403" };
    let told = format!("{asker}: {name} is answered {own}, not {expected}");
    assert_eq!(!matches!(own, UNKNOWN | REFUSED | MISSING), may, "{told}");
    assert!(may || own == REFUSED, "{told}");
    assert!(own < 500, "{told}");

    let other = app
        .store
        .ensure_organization("Globex", chrono::Utc::now())
        .await
        .unwrap();
    let foreign = call(client, name, &Things::of(app, other.id).await).await;
    let names_something = name.contains('{');
    let expected = match (may, names_something) {
        (false, _) => REFUSED,
        (true, true) => MISSING,
        (true, false) => own,
    };
    assert_eq!(foreign, expected, "{asker}: {name} on what is another's");
}

#[tokio::test]
async fn every_role_may_what_the_table_says() {
    let app = TestApp::start().await;
    for role in Role::ALL {
        let client = app.colleague(role).await;
        for (name, who) in CALLS.iter().copied() {
            if let With(permission) = who {
                check(&app, &client, name, role.allows(permission), role.as_str()).await;
            }
        }
    }
}

#[tokio::test]
async fn every_scope_may_what_the_table_says() {
    let app = TestApp::start().await;
    for scope in Scope::ALL {
        let client = app.key(scope.as_str()).await;
        for (name, who) in CALLS.iter().copied() {
            if let With(permission) = who {
                let may = permission.scope() == Some(scope);
                check(&app, &client, name, may, scope.as_str()).await;
            }
        }
    }
}

#[tokio::test]
async fn everybody_signed_in_reaches_what_is_their_own_alone_and_keys_have_nothing_of_their_own() {
    let app = TestApp::start().await;
    let others = Things::of(&app, app.organization).await;
    let own = || CALLS.iter().copied().filter(|(_, who)| *who == Themselves);
    for role in Role::ALL {
        let client = app.colleague(role).await;
        for (name, _) in own() {
            let status = call(&client, name, &others).await;
            let told = format!("{}: {name} is answered {status}", role.as_str());
            assert_eq!(status == MISSING, name.contains('{'), "{told}");
            assert!(!matches!(status, UNKNOWN | REFUSED) && status < 500, "{told}");
        }
    }
    for scope in Scope::ALL {
        let client = app.key(scope.as_str()).await;
        for (name, _) in own() {
            assert_eq!(
                call(&client, name, &others).await,
                REFUSED,
                "{}: {name}",
                scope.as_str()
            );
        }
    }
}
