//! Who asks is settled before what is asked: 401, 403, 404, and only then the body.

use crate::support::TestApp;
use domain::Role;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn without_a_key_nothing_is_told() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get(&app.executions()).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert_snapshot!(answer, @r#"
    401 Unauthorized
    {
      "type": "about:blank",
      "title": "Unauthorized",
      "status": 401,
      "detail": "A valid API key is needed: send it as `Authorization: Bearer al_…`.",
      "code": "unauthenticated"
    }
    "#);
}

#[tokio::test]
async fn a_key_that_is_unknown_wrong_or_revoked_is_none() {
    let app = TestApp::start().await;
    let refused = app.anonymous().get("/api/agents").await.json();
    let secret = "x".repeat(40);
    for authorization in [
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic YTpi",
        &format!("Bearer al_Unknown12345_{secret}"),
    ] {
        let answer = app
            .anonymous()
            .with("authorization", authorization)
            .get("/api/agents")
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (401, refused.clone()),
            "{authorization}"
        );
    }

    let admin = app.key("admin,read").await;
    let made = admin
        .post("/api/api-keys", json!({"name": "CI", "scopes": ["read"]}))
        .await
        .json();
    let id = made["apiKey"]["apiKeyId"].as_str().unwrap().to_owned();
    let wrong_secret = app
        .anonymous()
        .with("authorization", &format!("Bearer al_{id}_{secret}"));
    assert_eq!(wrong_secret.get("/api/agents").await.status, 401);
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let ci = app.anonymous().with("authorization", &key);
    assert_eq!(ci.get("/api/agents").await.status, 200);
    admin.delete(&format!("/api/api-keys/{id}")).await;
    assert_eq!(ci.get("/api/agents").await.status, 401);
}

#[tokio::test]
async fn a_key_does_what_its_scopes_name_and_no_more() {
    let app = TestApp::start().await;
    let answer = app
        .key("read")
        .await
        .post(&app.executions(), json!({"status": "success"}))
        .await;
    assert_snapshot!(answer, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "The API key does not include `record`, which this call needs.",
      "code": "insufficient_scope"
    }
    "#);
    let recorder = app.key("record").await;
    assert_eq!(recorder.get(&app.executions()).await.status, 403);
    assert_eq!(
        recorder
            .post(&app.executions(), json!({"status": "success"}))
            .await
            .status,
        201
    );
    for path in ["/api/agents", "/api/api-keys"] {
        assert_eq!(recorder.post(path, json!({})).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_person_does_what_the_role_names() {
    let app = TestApp::start().await;
    let viewer = app.colleague(Role::Viewer).await;
    assert_eq!(viewer.get(&app.executions()).await.status, 200);
    assert_snapshot!(viewer.post(&app.executions(), json!({"status": "success"})).await, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "Your role does not include `record`, which this call needs.",
      "code": "insufficient_scope"
    }
    "#);
    let member = app.colleague(Role::Member).await;
    assert_eq!(
        member
            .post(&app.executions(), json!({"status": "success"}))
            .await
            .status,
        201
    );
    assert_eq!(member.get("/api/api-keys").await.status, 403);
    assert_eq!(app.owner().await.get("/api/api-keys").await.status, 200);
}

#[tokio::test]
async fn what_is_not_ours_looks_like_what_is_not_there() {
    let app = TestApp::start().await;
    let stranger = app.stranger().await;
    let known = stranger.get(&app.executions()).await;
    assert_snapshot!(known, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such agent.",
      "code": "not_found"
    }
    "#);
    for path in [
        "/api/agents/agent_none/executions",
        "/api/agents/ill%20formed/executions",
        "/api/agents/%FF/executions",
        &format!("/api/agents/{}/executions", "x".repeat(65)),
    ] {
        let answer = app.key("read").await.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text()),
            (404, known.text()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_body_is_read_last() {
    let app = TestApp::start().await;
    let broken = "{";
    let refused = |client: crate::support::Client, path: String| async move {
        client
            .send("POST", &path, Some("text/plain"), broken)
            .await
            .status
            .as_u16()
    };
    assert_eq!(refused(app.anonymous(), app.executions()).await, 401);
    assert_eq!(refused(app.key("read").await, app.executions()).await, 403);
    assert_eq!(refused(app.stranger().await, app.executions()).await, 404);
    assert_eq!(refused(app.key("record").await, app.executions()).await, 415);

    let running = app.execution("exec_none");
    let recorder = app.key("record").await;
    assert_eq!(
        recorder
            .send("PATCH", &running, Some("application/json"), broken)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn another_site_cannot_use_a_session() {
    let app = TestApp::start().await;
    let page = app.owner().await;
    let elsewhere = page.clone().with("sec-fetch-site", "cross-site");
    let body = json!({"name": "Sales"});
    assert_snapshot!(elsewhere.post("/api/agents", body.clone()).await, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "The request does not come from one of our own pages. Open this site itself, and try again there. Programs use an API key.",
      "code": "cross_site_request"
    }
    "#);
    assert_eq!(elsewhere.get("/api/agents").await.status, 200);

    let old_browser = page.without("sec-fetch-site");
    assert_eq!(old_browser.post("/api/agents", body.clone()).await.status, 403);
    let status = |origin| {
        let client = old_browser.clone().with("origin", origin);
        let body = body.clone();
        async move { client.post("/api/agents", body).await.status.as_u16() }
    };
    assert_eq!(status("https://ledger.example").await, 201);
    assert_eq!(status("https://evil.example").await, 403);
    assert_eq!(status("null").await, 403);
}
