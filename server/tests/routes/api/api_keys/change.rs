//! `PATCH /api/api-keys/{apiKeyId}`.

use super::limits::make;
use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_given_changes_and_the_rest_stays() {
    let app = TestApp::start().await;
    let fields = json!({"name": "CI", "scopes": ["read"], "requestsPerMinute": 100, "monthlyBudgetUSD": 5});
    let (key, client) = make(&app, fields).await;
    let path = format!("/api/api-keys/{}", key["apiKeyId"].as_str().unwrap());
    let admin = app.key("admin").await;
    assert_eq!(client.get("/api/agents").await.status, 200);

    assert_snapshot!(admin.patch(&path, json!({"requestsPerMinute": 1})).await, @r#"
    200 OK
    {
      "apiKey": {
        "apiKeyId": "[apiKeyId]",
        "name": "CI",
        "scopes": [
          "read"
        ],
        "agentIds": [],
        "requestsPerMinute": 1,
        "monthlyBudgetUSD": 5.0,
        "spentThisMonthUSD": 0.0,
        "createdAt": "[now]",
        "expiresAt": null,
        "revokedAt": null,
        "oldSecretUntil": null,
        "lastUsedAt": "[now]",
        "lastUsedFrom": null
      }
    }
    "#);
    assert_eq!(
        client.get("/api/agents").await.status,
        429,
        "from the next request on"
    );
    let changed = admin
        .patch(
            &path,
            json!({"requestsPerMinute": null, "monthlyBudgetUSD": null}),
        )
        .await;
    let changed = &changed.json()["apiKey"];
    assert_eq!(
        (&changed["requestsPerMinute"], &changed["monthlyBudgetUSD"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(client.get("/api/agents").await.status, 200);

    let events = admin.get("/api/audit-events?action=api_key.changed").await.json();
    let details: Vec<_> = events["auditEvents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["details"])
        .collect();
    let (first, second) = (
        json!({"requestsPerMinute": {"before": 100, "after": 1}}),
        json!({
            "requestsPerMinute": {"before": 1, "after": null},
            "monthlyBudgetUSD": {"before": 5.0, "after": null},
        }),
    );
    assert_eq!(details, [&second, &first]);
    admin.patch(&path, json!({"monthlyBudgetUSD": null})).await;
    let again = admin.get("/api/audit-events?action=api_key.changed").await.json();
    assert_eq!(again, events, "what changes nothing is not told of");
}

#[tokio::test]
async fn wrong_changes_are_named() {
    let app = TestApp::start().await;
    let (key, _) = make(&app, json!({"name": "CI", "scopes": ["read"]})).await;
    let path = format!("/api/api-keys/{}", key["apiKeyId"].as_str().unwrap());
    let admin = app.key("admin").await;
    for (change, field) in [
        (json!({}), ""),
        (json!({"requestsPerMinute": 0}), "requestsPerMinute"),
        (json!({"requestsPerMinute": "many"}), "requestsPerMinute"),
        (json!({"monthlyBudgetUSD": -0.1}), "monthlyBudgetUSD"),
        (json!({"name": "Other"}), "name"),
    ] {
        let answer = admin.patch(&path, change).await;
        assert_eq!(answer.status, 400, "{answer}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{answer}");
    }
    let change = json!({"requestsPerMinute": 1});
    assert_eq!(
        app.stranger().await.patch(&path, change.clone()).await.status,
        404
    );
    assert_eq!(app.stranger().await.get(&path).await.status, 404);
    assert_eq!(admin.delete(&path).await.status, 200);
    let ended = admin.patch(&path, change).await;
    assert_eq!(
        (ended.status.as_u16(), &ended.json()["code"]),
        (409, &json!("api_key_ended"))
    );
}
