use crate::support::TestApp;
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::net::TcpListener;

const PATH: &str = "/api/connections";
const KEY: &str = "sk-proj-0123456789abcdef";

#[tokio::test]
async fn a_connection_is_made_shown_changed_and_deleted() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let given = json!({
        "name": "OpenAI, EU", "kind": "openai", "baseUrl": "https://eu.api.openai.com/v1/", "apiKey": KEY,
        "headers": {"OpenAI-Organization": "org-secret"},
    });
    let made = owner.post(PATH, given).await;
    assert_snapshot!(made, @r#"
    201 Created
    {
      "connection": {
        "connectionId": "[connectionId]",
        "name": "OpenAI, EU",
        "kind": "openai",
        "provider": "openai",
        "baseUrl": "https://eu.api.openai.com/v1",
        "apiKeyLast4": "cdef",
        "headers": [
          "OpenAI-Organization"
        ],
        "createdAt": "[now]",
        "changedAt": null
      }
    }
    "#);
    let connection = made.json()["connection"].clone();
    let path = format!("{PATH}/{}", connection["connectionId"].as_str().unwrap());
    let shown = owner.get(&path).await;
    assert_eq!(shown.json(), made.json());
    let list = owner.get(PATH).await;
    assert_eq!(list.json()["connections"], json!([connection]));
    assert_eq!(
        list.json()["pagination"],
        json!({"limit": 20, "offset": 0, "total": 1, "hasMore": false})
    );
    assert_eq!(
        owner.get(&format!("{PATH}?offset=1")).await.json()["connections"],
        json!([])
    );
    let changed = owner
        .patch(&path, json!({"name": "Router", "baseUrl": "https://openrouter.ai/api/v1", "apiKey": "short", "headers": {}}))
        .await;
    assert_snapshot!(changed, @r#"
    200 OK
    {
      "connection": {
        "connectionId": "[connectionId]",
        "name": "Router",
        "kind": "openai",
        "provider": "openrouter",
        "baseUrl": "https://openrouter.ai/api/v1",
        "apiKeyLast4": null,
        "headers": [],
        "createdAt": "[now]",
        "changedAt": "[now]"
      }
    }
    "#);
    let events = owner.get("/api/audit-events?action=connection").await;
    assert_eq!(events.json()["pagination"]["total"], 2);
    for secret in [KEY, "org-secret", "short", "openrouter.ai/api", "eu.api"] {
        assert!(!events.text().contains(secret), "{secret}: {events}");
    }
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(owner.get(&path).await.status, 404);
    assert_eq!(owner.delete(&path).await.status, 404);
}

#[tokio::test]
async fn stored_secrets_go_to_no_other_origin() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let given = json!({"name": "A", "kind": "anthropic", "apiKey": KEY, "headers": {"x-team": "b"}});
    let made = owner.post(PATH, given).await;
    let id = made.json()["connection"]["connectionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("{PATH}/{id}");
    let moved = owner
        .patch(&path, json!({"baseUrl": "https://evil.example"}))
        .await;
    assert_snapshot!(moved, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "apiKey",
          "detail": "must be given anew, since `baseUrl` leads to another origin; null for none"
        },
        {
          "field": "headers",
          "detail": "must be given anew, since `baseUrl` leads to another origin; null for none"
        }
      ]
    }
    "#);
    assert_eq!(
        owner.get(&path).await.json()["connection"]["baseUrl"],
        "https://api.anthropic.com"
    );
    let anew = json!({"baseUrl": "https://evil.example", "apiKey": null, "headers": {}});
    assert_eq!(owner.patch(&path, anew).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let wrong = async |given: Value| {
        let answer = owner.post(PATH, given).await;
        assert_eq!(answer.status, 400, "{answer}");
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        let fields: Vec<_> = errors
            .iter()
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect();
        fields.join(" ")
    };
    for (given, fields) in [
        (json!({}), "name kind"),
        (json!({"name": "A", "kind": "mistral"}), "kind"),
        (
            json!({"name": "A", "kind": "openai", "baseURL": "https://a.example"}),
            "baseURL",
        ),
        (
            json!({"name": "A", "kind": "openai", "baseUrl": "https://u:p@a.example"}),
            "baseUrl",
        ),
        (json!({"name": "A", "kind": "openai", "apiKey": "a\nb"}), "apiKey"),
        (json!({"name": "A", "kind": "openai", "apiKey": " "}), "apiKey"),
        (
            json!({"name": "A", "kind": "openai", "headers": {"Host": "a"}}),
            "headers.Host",
        ),
        (
            json!({"name": "A", "kind": "openai", "headers": ["a"]}),
            "headers",
        ),
        (
            json!({"name": "A", "kind": "demo", "apiKey": "a", "baseUrl": "https://a.example"}),
            "baseUrl apiKey",
        ),
    ] {
        assert_eq!(wrong(given.clone()).await, fields, "{given}");
    }
    let demo = owner.post(PATH, json!({"name": "Demo", "kind": "demo"})).await;
    assert_eq!(demo.status, 201, "{demo}");
    assert_eq!(demo.json()["connection"]["baseUrl"], Value::Null);
}

/// A provider that knows one key and has one model; how often it was asked.
async fn provider(address: &str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let models = async move |headers: HeaderMap| {
        count.fetch_add(1, Ordering::Relaxed);
        match headers
            .get("authorization")
            .is_some_and(|key| key == &format!("Bearer {KEY}")[..])
        {
            true => (StatusCode::OK, Json(json!({"object": "list", "data": []}))),
            false => {
                let error = json!({"message": format!("Incorrect API key provided: {KEY}."), "code": "invalid_api_key"});
                (StatusCode::UNAUTHORIZED, Json(json!({"error": error})))
            }
        }
    };
    let router = Router::new().route("/v1/models", get(models));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

#[tokio::test]
async fn a_test_says_what_is_wrong_and_what_to_do() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let tried = async |given: Value| {
        let made = owner.post(PATH, given).await;
        let id = made.json()["connection"]["connectionId"]
            .as_str()
            .unwrap()
            .to_owned();
        let tested = owner.post(&format!("{PATH}/{id}/test"), json!({})).await;
        assert_eq!(tested.status, 200, "{tested}");
        tested.json()["test"].clone()
    };
    let demo = tried(json!({"name": "A", "kind": "demo"})).await;
    assert_eq!((&demo["ok"], &demo["code"]), (&json!(true), &Value::Null));
    let (opened, asked) = provider("127.0.0.2").await;
    let right = tried(json!({"name": "A", "kind": "openai", "baseUrl": opened, "apiKey": KEY})).await;
    assert_eq!(right["ok"], true, "{right}");
    let wrong =
        tried(json!({"name": "A", "kind": "openai", "baseUrl": opened, "apiKey": "sk-wrong-0123456789"}))
            .await;
    assert_eq!(wrong["code"], "AUTHENTICATION_FAILED", "{wrong}");
    assert!(
        wrong["message"].as_str().unwrap().contains("Enter another key"),
        "{wrong}"
    );
    assert_eq!(asked.load(Ordering::Relaxed), 2);

    // What the operator did not open is not connected to, and the flag that opens it is named.
    let (closed, asked) = provider("127.0.0.1").await;
    let refused = tried(json!({"name": "A", "kind": "openai", "baseUrl": closed, "apiKey": KEY})).await;
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("--outbound-networks"), "{refused}");
    assert_eq!(
        (&refused["ok"], asked.load(Ordering::Relaxed)),
        (&json!(false), 0)
    );
}
