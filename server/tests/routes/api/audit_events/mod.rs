//! `/api/audit-events`, and what the forms of the pages leave in it.

use crate::support::{EMAIL, PASSWORD, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

/// Actions of the events that an address answers, newest first.
async fn actions(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app
        .key("admin")
        .await
        .get(&format!("/api/audit-events{query}"))
        .await;
    let json = answer.json();
    let events = json["auditEvents"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["action"].as_str().unwrap().to_owned())
        .collect()
}

/// Events of an action once there are so many: who was refused is told aside, so that the answer tells nobody who has an
/// account. Fails where there come to be more.
async fn told_aside(app: &TestApp, action: &str, events: usize) -> Vec<Value> {
    let admin = app.key("admin").await;
    let path = format!("/api/audit-events?action={action}&limit=100");
    let read = async || {
        admin.get(&path).await.json()["auditEvents"]
            .as_array()
            .unwrap()
            .clone()
    };
    for _ in 0..500 {
        if read().await.len() >= events {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let told = read().await;
    assert_eq!(told.len(), events, "{told:#?}");
    told
}

#[tokio::test]
async fn guessing_until_the_throttle_speaks_is_told_once() {
    let app = TestApp::start().await;
    let browser = app.anonymous().with("user-agent", "guesser");
    for email in [EMAIL, "nobody@acme.example"] {
        for _ in 0..9 {
            browser
                .submit("/auth/sign-in", &[("email", email), ("password", "wrong")])
                .await;
        }
    }
    let throttled = told_aside(&app, "session.throttled", 1).await;
    assert_eq!(throttled[0]["subject"]["name"], EMAIL);
    assert_eq!(throttled[0]["userAgent"], "guesser");
    assert_eq!(throttled[0]["actor"]["kind"], "unknown");
    told_aside(&app, "session.refused", 5).await;
}

#[tokio::test]
async fn a_key_that_is_refused_is_told_to_its_organization() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let made = owner
        .post("/api/api-keys", json!({"name": "CI", "scopes": ["read"]}))
        .await
        .json();
    let (id, key) = (
        made["apiKey"]["apiKeyId"].as_str().unwrap(),
        made["key"].as_str().unwrap(),
    );
    let present = async |key: &str| {
        let program = app.anonymous().with("authorization", &format!("Bearer {key}"));
        program
            .with("user-agent", "a program")
            .get("/api/agents")
            .await
            .status
    };
    let secret = "x".repeat(40);
    assert_eq!(present(&format!("al_Unknown12345_{secret}")).await, 401);
    assert_eq!(present(&format!("al_{id}_{secret}")).await, 401);
    let wrong = told_aside(&app, "api_key.refused", 1).await;
    assert_eq!(wrong[0]["details"], json!({"reason": "wrong secret"}));
    assert_eq!(
        wrong[0]["actor"],
        json!({"kind": "unknown", "id": null, "name": null})
    );
    assert_eq!(
        wrong[0]["subject"],
        json!({"kind": "api_key", "id": id, "name": "CI"})
    );
    assert_eq!(wrong[0]["userAgent"], "a program");

    owner.delete(&format!("/api/api-keys/{id}")).await;
    assert_eq!(present(key).await, 401);
    let revoked = told_aside(&app, "api_key.refused", 2).await;
    assert_eq!(revoked[0]["details"], json!({"reason": "revoked"}));
    assert_eq!(revoked[0]["actor"]["name"], "CI");

    // However often it is tried, the log does not fill.
    for _ in 0..40 {
        present(key).await;
    }
    told_aside(&app, "api_key.refused", 20).await;
    let stranger = app.stranger().await;
    let theirs = stranger.get("/api/audit-events?action=api_key.refused").await;
    assert_eq!(theirs.json()["pagination"]["total"], 0);
}

#[tokio::test]
async fn signing_in_and_out_and_guessing_are_told() {
    let app = TestApp::start().await;
    let browser = app.anonymous().with("user-agent", "Firefox/140.0 (X11; Linux)");
    let form = |password| [("email", EMAIL), ("password", password)];
    let signed_in = browser.submit("/auth/sign-in", &form(PASSWORD)).await;
    let person = browser
        .clone()
        .with("cookie", &signed_in.session())
        .with("sec-fetch-site", "same-origin");
    let change = [("current", PASSWORD), ("new", "another long password")];
    person.submit("/auth/password", &change).await;
    person.submit("/auth/sign-out", &[]).await;
    assert_eq!(
        actions(&app, "?actor=person&action=session,password").await,
        ["session.ended", "password.changed", "session.signed_in"]
    );

    browser.submit("/auth/sign-in", &form("wrong")).await;
    browser
        .submit(
            "/auth/sign-in",
            &[("email", "nobody@acme.example"), ("password", "wrong")],
        )
        .await;
    let refused = told_aside(&app, "session.refused", 1).await;
    let event = &refused[0];
    assert_eq!(
        event["actor"],
        json!({"kind": "unknown", "id": null, "name": null})
    );
    assert_eq!(event["subject"]["name"], EMAIL);
    assert_eq!(event["userAgent"], "Firefox/140.0 (X11; Linux)");
}

#[tokio::test]
async fn a_program_is_told_by_its_key_and_filters_find_it() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let agent = format!("/api/agents/{}", app.agent);
    admin.patch(&agent, json!({"name": "Help desk"})).await;
    admin
        .patch("/api/organization", json!({"timeZone": "Europe/Berlin"}))
        .await;
    let list = admin.get("/api/audit-events?actor=api_key&limit=1").await.json();
    assert_eq!(
        list["pagination"],
        json!({"limit": 1, "offset": 0, "total": 2, "hasMore": true})
    );
    let settings = &list["auditEvents"][0];
    assert_eq!(settings["action"], "settings.changed");
    assert_eq!(settings["actor"]["name"], "Test");
    assert_eq!(settings["subject"], Value::Null);
    assert_eq!(
        settings["details"],
        json!({"timeZone": {"before": "UTC", "after": "Europe/Berlin"}})
    );

    assert_eq!(
        actions(&app, "?subject=help&action=agent").await,
        ["agent.renamed"]
    );
    assert_eq!(
        actions(&app, "?action=agent.renamed,settings.changed")
            .await
            .len(),
        2
    );
    assert_eq!(
        actions(&app, "?startDate=2020-01-01&endDate=2020-01-31").await,
        [""; 0]
    );
    let wrong = admin
        .get("/api/audit-events?action=nonsense&limit=0&startDate=soon")
        .await;
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["errors"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn another_organization_sees_its_own_alone() {
    let app = TestApp::start().await;
    let stranger = app.stranger().await;
    for path in ["/api/audit-events", "/api/audit-events/export?format=ndjson"] {
        let told = stranger.get(path).await;
        assert_eq!(told.status, 200);
        assert!(
            !told.text().contains("Support") && !told.text().contains(EMAIL),
            "{path}"
        );
        assert!(told.text().contains("Globex"), "{path}");
    }
}

#[tokio::test]
async fn an_export_is_whole_and_is_an_event_itself() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    owner.post("/api/agents", json!({"name": "=1+1"})).await;
    let csv = owner.get("/api/audit-events/export").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"audit-log.csv\""
    );
    let lines: Vec<_> = csv.text().split_terminator("\r\n").collect();
    assert!(
        lines[0].starts_with("Event ID,At,Action,Actor Kind,"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains(",audit.exported,person,"), "{}", lines[1]);
    assert!(lines[2].contains(",'=1+1,"), "{}", lines[2]);

    let ndjson = owner
        .get("/api/audit-events/export?format=ndjson&action=audit,agent")
        .await;
    let events: Vec<Value> = ndjson
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<_> = events
        .iter()
        .map(|event| event["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "audit.exported",
            "audit.exported",
            "agent.created",
            "agent.created"
        ]
    );
    assert_eq!(events[0]["details"]["format"], "ndjson");
    assert_eq!(owner.get("/api/audit-events/export?format=xml").await.status, 400);
}

#[tokio::test]
async fn no_secret_is_in_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let made = owner
        .post("/api/api-keys", json!({"name": "K", "scopes": ["admin"]}))
        .await
        .json();
    let id = made["apiKey"]["apiKeyId"].as_str().unwrap();
    let rotated = owner
        .post(&format!("/api/api-keys/{id}/rotate"), json!({}))
        .await
        .json();
    let invited = json!({"email": "new@acme.example", "role": "viewer"});
    let link = owner.post("/api/invitations", invited).await.json();
    let signed_in = app
        .anonymous()
        .submit("/auth/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
        .await;
    let told = owner.get("/api/audit-events/export?format=ndjson").await;
    let secret = |key: &Value| {
        key["key"]
            .as_str()
            .unwrap()
            .rsplit('_')
            .next()
            .unwrap()
            .to_owned()
    };
    let token = |text: &str| text.rsplit('=').next().unwrap().to_owned();
    for secret in [
        secret(&made),
        secret(&rotated),
        token(link["link"].as_str().unwrap()),
        token(&signed_in.session()),
        PASSWORD.to_owned(),
    ] {
        assert!(secret.len() > 10 && !told.text().contains(&secret), "{secret}");
    }
}
