//! `/api/account`: one's own sessions and password.

use crate::support::{Client, EMAIL, PASSWORD, TestApp};
use domain::{AuditAction, AuditFilter, Role};
use insta::assert_snapshot;
use serde_json::json;

const NEW: &str = "another long password";

async fn change(client: &Client, current: &str, new: &str) -> crate::support::Answer {
    let body = json!({"currentPassword": current, "newPassword": new});
    client.put("/api/account/password", body).await
}

async fn told(app: &TestApp, action: AuditAction) -> u64 {
    let filter = AuditFilter {
        actions: vec![action],
        ..Default::default()
    };
    let read = app
        .store
        .audit_events(app.organization, &filter, Default::default())
        .await;
    read.unwrap().total
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = TestApp::start().await;
    let (first, second, here) = (app.owner().await, app.owner().await, app.owner().await);
    app.colleague(Role::Viewer).await;
    let listed = here.get("/api/account/sessions").await.json();
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3, "the person's own alone");
    let current: Vec<_> = sessions.iter().filter(|one| one["isCurrent"] == true).collect();
    assert_eq!(current.len(), 1);
    let of_first = first.get("/api/account/sessions").await.json();
    let of_first = of_first["sessions"].as_array().unwrap().clone();
    let of_first = of_first.iter().find(|one| one["isCurrent"] == true).unwrap();

    let path = format!(
        "/api/account/sessions/{}",
        of_first["sessionId"].as_str().unwrap()
    );
    assert_eq!(here.delete(&path).await.status, 204);
    assert_eq!(first.get("/api/agents").await.status, 401);
    assert_eq!(here.delete(&path).await.status, 404);
    assert_eq!(second.get("/api/agents").await.status, 200);
    let ended = here.delete("/api/account/sessions").await;
    assert_eq!(ended.status, 200);
    assert_eq!(ended.json(), json!({"ended": 1}));
    assert_eq!(second.get("/api/agents").await.status, 401);
    assert_eq!(here.get("/api/agents").await.status, 200);
    assert_eq!(told(&app, AuditAction::SessionEnded).await, 2);
}

#[tokio::test]
async fn a_password_is_changed_by_means_of_the_old_one() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.owner().await, app.owner().await);
    assert_snapshot!(change(&here, "wrong password", NEW).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "currentPassword",
          "detail": "must be your current password, and is not"
        }
      ]
    }
    "#);
    assert_eq!(told(&app, AuditAction::PasswordRefused).await, 1);
    assert_snapshot!(change(&here, PASSWORD, "short").await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "newPassword",
          "detail": "must have at least 12 characters and at most 1024 bytes"
        }
      ]
    }
    "#);
    let nameless = here.put("/api/account/password", json!({"new": NEW})).await;
    assert_eq!(nameless.status, 400);
    assert_eq!(
        nameless.json()["errors"].as_array().unwrap().len(),
        3,
        "{nameless}"
    );

    assert_eq!(change(&here, PASSWORD, NEW).await.status, 204);
    assert_eq!(here.get("/api/agents").await.status, 200);
    assert_eq!(elsewhere.get("/api/agents").await.status, 401);
    let sign_in = async |password| {
        let fields = [("email", EMAIL), ("password", password)];
        app.anonymous().submit("/auth/sign-in", &fields).await.session()
    };
    assert_eq!(sign_in(PASSWORD).await, "");
    assert_ne!(sign_in(NEW).await, "");
}

#[tokio::test]
async fn guessing_at_the_current_password_is_throttled_together_with_signing_in() {
    let app = TestApp::start().await;
    let here = app.owner().await;
    for _ in 0..5 {
        assert_eq!(change(&here, "wrong password", NEW).await.status, 400);
    }
    assert_snapshot!(change(&here, PASSWORD, NEW).await, @r#"
    429 Too Many Requests
    {
      "type": "about:blank",
      "title": "Too Many Requests",
      "status": 429,
      "detail": "Too many attempts at this password; `Retry-After` says when to try again.",
      "code": "throttled"
    }
    "#);
    let fields = [("current", PASSWORD), ("new", NEW)];
    let form = here.submit("/auth/password", &fields).await;
    assert_eq!(form.header("location"), "/settings/account?error=throttled");
    assert_eq!(told(&app, AuditAction::PasswordRefused).await, 5);
}

#[tokio::test]
async fn an_api_key_has_no_account() {
    let app = TestApp::start().await;
    let key = app.key("record,read,execute,admin").await;
    assert_snapshot!(key.get("/api/account/sessions").await, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "An API key has no account: this call is for a person who is signed in, by the session cookie.",
      "code": "no_account"
    }
    "#);
    assert_eq!(change(&key, PASSWORD, NEW).await.status, 403);
}
