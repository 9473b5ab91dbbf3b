mod budget;
mod change;
mod limits;
mod rotation;

use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_for_good() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let made = owner
        .post(
            "/api/api-keys",
            json!({"name": "CI", "scopes": ["read", "record", "read"]}),
        )
        .await;
    assert_snapshot!(made, @r#"
    201 Created
    {
      "apiKey": {
        "apiKeyId": "[apiKeyId]",
        "name": "CI",
        "scopes": [
          "record",
          "read"
        ],
        "agentIds": [],
        "requestsPerMinute": null,
        "monthlyBudgetUSD": null,
        "spentThisMonthUSD": 0.0,
        "createdAt": "[now]",
        "expiresAt": null,
        "revokedAt": null,
        "oldSecretUntil": null,
        "lastUsedAt": null,
        "lastUsedFrom": null
      },
      "key": "[key]"
    }
    "#);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("al_"), "{key}");
    let list = owner.get("/api/api-keys").await;
    assert!(!list.text().contains(&key));
    assert_snapshot!(list, @r#"
    200 OK
    {
      "apiKeys": [
        {
          "apiKeyId": "[apiKeyId]",
          "name": "CI",
          "scopes": [
            "record",
            "read"
          ],
          "agentIds": [],
          "requestsPerMinute": null,
          "monthlyBudgetUSD": null,
          "spentThisMonthUSD": 0.0,
          "createdAt": "[now]",
          "expiresAt": null,
          "revokedAt": null,
          "oldSecretUntil": null,
          "lastUsedAt": null,
          "lastUsedFrom": null
        }
      ]
    }
    "#);

    let path = format!(
        "/api/api-keys/{}",
        made.json()["apiKey"]["apiKeyId"].as_str().unwrap()
    );
    let revoked = owner.delete(&path).await;
    assert_snapshot!(revoked, @r#"
    200 OK
    {
      "apiKey": {
        "apiKeyId": "[apiKeyId]",
        "name": "CI",
        "scopes": [
          "record",
          "read"
        ],
        "agentIds": [],
        "requestsPerMinute": null,
        "monthlyBudgetUSD": null,
        "spentThisMonthUSD": 0.0,
        "createdAt": "[now]",
        "expiresAt": null,
        "revokedAt": "[now]",
        "oldSecretUntil": null,
        "lastUsedAt": null,
        "lastUsedFrom": null
      }
    }
    "#);
    assert_eq!(owner.delete(&path).await.json(), revoked.json());
}

#[tokio::test]
async fn keys_of_others_do_not_exist() {
    let app = TestApp::start().await;
    let made = app
        .key("admin")
        .await
        .post("/api/api-keys", json!({"name": "CI", "scopes": ["read"]}))
        .await;
    let path = format!(
        "/api/api-keys/{}",
        made.json()["apiKey"]["apiKeyId"].as_str().unwrap()
    );
    assert_snapshot!(app.stranger().await.delete(&path).await, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such API key.",
      "code": "not_found"
    }
    "#);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    assert_snapshot!(admin.post("/api/api-keys", json!({"scopes": []})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "name",
          "detail": "is required: a string"
        },
        {
          "field": "scopes",
          "detail": "must name at least one of record, read, execute, admin"
        }
      ]
    }
    "#);
    assert_snapshot!(admin.post("/api/api-keys", json!({"name": "CI", "scopes": ["everything"]})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "scopes",
          "detail": "must be a list out of record, read, execute, admin"
        }
      ]
    }
    "#);
}
