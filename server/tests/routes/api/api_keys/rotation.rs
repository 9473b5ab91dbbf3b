//! `POST /api/api-keys/{apiKeyId}/rotate`.

use crate::support::{Client, TestApp};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn holder(app: &TestApp, made: &Value) -> Client {
    let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
    app.anonymous().with("authorization", &bearer)
}

#[tokio::test]
async fn both_secrets_work_while_the_grace_lasts() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let made = admin
        .post("/api/api-keys", json!({"name": "CI", "scopes": ["read"]}))
        .await
        .json();
    let path = format!(
        "/api/api-keys/{}/rotate",
        made["apiKey"]["apiKeyId"].as_str().unwrap()
    );
    let rotated = admin.post(&path, json!({})).await;
    assert_snapshot!(rotated, @r#"
    200 OK
    {
      "apiKey": {
        "apiKeyId": "[apiKeyId]",
        "name": "CI",
        "scopes": [
          "read"
        ],
        "agentIds": [],
        "requestsPerMinute": null,
        "monthlyBudgetUSD": null,
        "spentThisMonthUSD": 0.0,
        "createdAt": "[now]",
        "expiresAt": null,
        "revokedAt": null,
        "oldSecretUntil": "[now]",
        "lastUsedAt": null,
        "lastUsedFrom": null
      },
      "key": "[key]"
    }
    "#);
    let until = rotated.json()["apiKey"]["oldSecretUntil"]
        .as_str()
        .unwrap()
        .to_owned();
    let left = domain::time::parse_instant(&until).unwrap() - chrono::Utc::now();
    assert_eq!(left.num_hours(), 23, "a day, unless somebody says otherwise");
    let (old, new) = (holder(&app, &made), holder(&app, &rotated.json()));
    assert_eq!(old.get("/api/agents").await.status, 200);
    assert_eq!(new.get("/api/agents").await.status, 200);

    let newest = holder(&app, &admin.post(&path, json!({"graceHours": 0})).await.json());
    assert_eq!(newest.get("/api/agents").await.status, 200);
    assert_eq!(old.get("/api/agents").await.status, 401);
    assert_snapshot!(new.get("/api/agents").await, @r#"
    401 Unauthorized
    {
      "type": "about:blank",
      "title": "Unauthorized",
      "status": 401,
      "detail": "The API key was rotated, and its old secret works no more; use the new one.",
      "code": "api_key_replaced"
    }
    "#);
}

#[tokio::test]
async fn what_cannot_be_rotated_is_told() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let made = admin
        .post("/api/api-keys", json!({"name": "CI", "scopes": ["read"]}))
        .await
        .json();
    let key = format!("/api/api-keys/{}", made["apiKey"]["apiKeyId"].as_str().unwrap());
    let path = format!("{key}/rotate");
    let long = admin.post(&path, json!({"graceHours": 721})).await;
    assert_snapshot!(long, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "graceHours",
          "detail": "must be a whole number from 0 to 720"
        }
      ]
    }
    "#);
    assert_eq!(app.stranger().await.post(&path, json!({})).await.status, 404);
    admin.delete(&key).await;
    assert_snapshot!(admin.post(&path, json!({})).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "The API key was revoked or has expired; make a new one instead.",
      "code": "api_key_ended"
    }
    "#);
}
