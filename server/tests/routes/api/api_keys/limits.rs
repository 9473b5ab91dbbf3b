//! What bounds a key: agents, an end, requests per minute. Each refusal says which.

use crate::support::{Client, TestApp};
use domain::KeyLimits;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A key as its maker sees it, and a program that uses it.
pub async fn make(app: &TestApp, fields: Value) -> (Value, Client) {
    let made = app.key("admin").await.post("/api/api-keys", fields).await;
    assert_eq!(made.status, 201, "{made}");
    let made = made.json();
    let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
    let client = app.anonymous().with("authorization", &bearer);
    (made["apiKey"].clone(), client)
}

#[tokio::test]
async fn limits_are_shown_as_they_were_set() {
    let app = TestApp::start().await;
    let fields = json!({
        "name": "CI", "scopes": ["read"], "agentIds": [app.agent], "requestsPerMinute": 60, "monthlyBudgetUSD": 2.5,
        "expiresAt": "2125-12-31",
    });
    let (key, client) = make(&app, fields).await;
    assert_eq!(key["agentIds"], json!([app.agent]));
    assert_eq!(key["requestsPerMinute"], 60);
    assert_eq!(key["monthlyBudgetUSD"], 2.5);
    assert_eq!(key["expiresAt"], "2125-12-31T23:59:59.999999Z");
    assert_eq!(key["lastUsedAt"], Value::Null);

    assert_eq!(client.get("/api/agents").await.status, 200);
    let keys = app.key("admin").await.get("/api/api-keys").await.json();
    let keys = keys["apiKeys"].as_array().unwrap();
    let used = keys.iter().find(|one| one["apiKeyId"] == key["apiKeyId"]);
    assert!(used.unwrap()["lastUsedAt"].is_string());
}

#[tokio::test]
async fn a_limited_key_reaches_its_agents_alone() {
    let app = TestApp::start().await;
    let other = app
        .store
        .create_agent(app.organization, "Sales", chrono::Utc::now())
        .await
        .unwrap()
        .agent_id;
    let scopes = ["record", "read", "admin"];
    let fields = json!({"name": "CI", "scopes": scopes, "agentIds": [app.agent]});
    let (_, client) = make(&app, fields).await;
    let agents = client.get("/api/agents").await.json();
    assert_eq!(agents["agents"].as_array().unwrap().len(), 1);
    assert_eq!(agents["agents"][0]["agentId"], app.agent);
    assert_eq!(client.get(&app.executions()).await.status, 200);
    let own = format!("/api/agents/{}", app.agent);
    assert_eq!(client.patch(&own, json!({"name": "Help"})).await.status, 200);

    let others = format!("/api/agents/{other}/executions");
    let refused = client.get(&others).await;
    assert_snapshot!(refused, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "The API key is limited to other agents.",
      "code": "agent_not_allowed"
    }
    "#);
    let missing = client.get("/api/agents/agent_none/executions").await;
    assert_eq!(missing.text(), refused.text(), "what is there is not told");
    let recorded = client.post(&others, json!({"status": "success"})).await;
    assert_eq!(recorded.status, 403);

    assert_snapshot!(client.post("/api/agents", json!({"name": "Third"})).await, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "The API key is limited to certain agents, and this call is about the whole organization.",
      "code": "agent_not_allowed"
    }
    "#);
    for path in ["/api/api-keys", "/api/agents"] {
        let fields = json!({"name": "More", "scopes": scopes});
        assert_eq!(client.post(path, fields).await.status, 403, "{path}");
    }
    assert_eq!(client.get("/api/api-keys").await.status, 403);
}

#[tokio::test]
async fn an_expired_key_says_so() {
    let app = TestApp::start().await;
    let now = chrono::Utc::now();
    let limits = KeyLimits {
        expires_at: Some(now - chrono::Duration::days(1)),
        ..Default::default()
    };
    let long_ago = now - chrono::Duration::days(2);
    let (_, token) = app
        .store
        .create_limited_api_key(app.organization, "CI", &"read".parse().unwrap(), limits, long_ago)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", token.reveal());
    let client = app.anonymous().with("authorization", &bearer);
    assert_snapshot!(client.get("/api/agents").await, @r#"
    401 Unauthorized
    {
      "type": "about:blank",
      "title": "Unauthorized",
      "status": 401,
      "detail": "The API key has expired.",
      "code": "api_key_expired"
    }
    "#);
}

#[tokio::test]
async fn a_revoked_key_says_so() {
    let app = TestApp::start().await;
    let (key, client) = make(&app, json!({"name": "CI", "scopes": ["read"]})).await;
    let path = format!("/api/api-keys/{}", key["apiKeyId"].as_str().unwrap());
    assert_eq!(app.key("admin").await.delete(&path).await.status, 200);
    assert_snapshot!(client.get("/api/agents").await, @r#"
    401 Unauthorized
    {
      "type": "about:blank",
      "title": "Unauthorized",
      "status": 401,
      "detail": "The API key was revoked.",
      "code": "api_key_revoked"
    }
    "#);
}

#[tokio::test]
async fn a_key_asks_as_often_as_it_may() {
    let app = TestApp::start().await;
    let fields = json!({"name": "CI", "scopes": ["read"], "requestsPerMinute": 3});
    let (_, client) = make(&app, fields).await;
    let (_, unlimited) = make(&app, json!({"name": "Free", "scopes": ["read"]})).await;
    for remaining in [2, 1, 0] {
        // What is refused for another reason counts too.
        let status = if remaining == 1 { 403 } else { 200 };
        let path = if remaining == 1 {
            "/api/api-keys"
        } else {
            "/api/agents"
        };
        let answer = client.get(path).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("ratelimit-policy"), r#""minute";q=3;w=60"#);
        let left = answer
            .header("ratelimit")
            .strip_prefix(&format!("\"minute\";r={remaining};t="));
        assert!((1..=60).contains(&left.unwrap().parse().unwrap()), "{left:?}");
    }
    let refused = client.get("/api/agents").await;
    assert!((1..=60).contains(&refused.header("retry-after").parse().unwrap()));
    assert!(refused.header("ratelimit").starts_with(r#""minute";r=0;t="#));
    assert_snapshot!(refused, @r#"
    429 Too Many Requests
    {
      "type": "about:blank",
      "title": "Too Many Requests",
      "status": 429,
      "detail": "The API key may make 3 requests a minute; `Retry-After` says when it goes on.",
      "code": "rate_limited"
    }
    "#);
    let free = unlimited.get("/api/agents").await;
    assert_eq!((free.status.as_u16(), free.header("ratelimit")), (200, ""));
}

#[tokio::test]
async fn wrong_limits_are_named() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    for (field, value) in [
        ("agentIds", json!(["agent_none"])),
        ("agentIds", json!("all")),
        ("agentIds", json!(["ill formed"])),
        ("requestsPerMinute", json!(0)),
        ("requestsPerMinute", json!(1.5)),
        ("monthlyBudgetUSD", json!(-1)),
        ("monthlyBudgetUSD", json!(1_000_001)),
        ("monthlyBudgetUSD", json!("2.5")),
        ("expiresAt", json!("2020-01-01")),
        ("expiresAt", json!("soon")),
        ("expiresInDays", json!(0)),
        ("expiresInDays", json!(4_000)),
    ] {
        let mut fields = json!({"name": "CI", "scopes": ["read"]});
        fields[field] = value;
        let answer = admin.post("/api/api-keys", fields).await;
        assert_eq!(answer.status, 400, "{answer}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{answer}");
    }
    let both = json!({"name": "CI", "scopes": ["read"], "expiresAt": "2125-01-01", "expiresInDays": 1});
    let answer = admin.post("/api/api-keys", both).await;
    assert_eq!(answer.json()["errors"][0]["field"], "expiresInDays", "{answer}");
}

#[tokio::test]
async fn the_form_of_the_page_sets_the_same_limits() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fields = |agent| {
        [
            ("name", "CI"),
            ("scopes[]", "record"),
            ("scopes[]", "read"),
            ("agents[]", agent),
            ("requests_per_minute", "60"),
            ("monthly_budget", "2.50"),
            ("expires", "2125-12-31"),
        ]
    };
    let made = owner.submit("/_fn/create-api-key", &fields(&app.agent)).await;
    assert_eq!(made.status, 200, "{made}");
    let keys = owner.get("/api/api-keys").await.json();
    let key = &keys["apiKeys"][0];
    assert_eq!(key["scopes"], json!(["record", "read"]));
    assert_eq!(key["agentIds"], json!([app.agent]));
    assert_eq!(key["requestsPerMinute"], 60);
    assert_eq!(key["monthlyBudgetUSD"], 2.5);
    assert_eq!(key["expiresAt"], "2125-12-31T23:59:59.999999Z");
    let id = key["apiKeyId"].as_str().unwrap();
    let change = |limit, budget| {
        let fields = [
            ("api_key_id", id),
            ("requests_per_minute", limit),
            ("monthly_budget", budget),
        ];
        let owner = &owner;
        async move { owner.submit("/_fn/change-api-key", &fields).await.status.as_u16() }
    };
    assert_eq!(change("", "0.000000001").await, 200);
    let key = owner.get(&format!("/api/api-keys/{id}")).await.json()["apiKey"].clone();
    assert_eq!(key["requestsPerMinute"], Value::Null);
    assert_eq!(key["monthlyBudgetUSD"], 1e-9);
    for (limit, budget) in [("0", ""), ("many", ""), ("", "-1"), ("", "much")] {
        assert_eq!(change(limit, budget).await, 422, "{limit} {budget}");
    }
    let unknown = owner.submit("/_fn/create-api-key", &fields("agent_none")).await;
    assert_eq!(unknown.status, 422, "{unknown}");
}
