//! `/api/openapi.json` and `/api/docs`.

use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::Value;

/// "METHOD path" of every operation.
fn operations(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[tokio::test]
async fn every_call_is_described() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/api/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let mut operations = operations(&answer.json());
    operations.sort_by_key(|operation| {
        operation
            .split_once(' ')
            .map(|(method, path)| (path.to_owned(), method.to_owned()))
    });
    assert_snapshot!(operations.join("\n"), @r"
    PUT /api/account/password
    DELETE /api/account/sessions
    GET /api/account/sessions
    DELETE /api/account/sessions/{sessionId}
    GET /api/agents
    POST /api/agents
    GET /api/agents/{agentId}
    PATCH /api/agents/{agentId}
    GET /api/agents/{agentId}/executions
    POST /api/agents/{agentId}/executions
    GET /api/agents/{agentId}/executions/events
    GET /api/agents/{agentId}/executions/export
    DELETE /api/agents/{agentId}/executions/{executionId}
    GET /api/agents/{agentId}/executions/{executionId}
    PATCH /api/agents/{agentId}/executions/{executionId}
    GET /api/agents/{agentId}/versions
    POST /api/agents/{agentId}/versions
    POST /api/agents/{agentId}/versions/{number}/activate
    GET /api/api-keys
    POST /api/api-keys
    DELETE /api/api-keys/{apiKeyId}
    GET /api/api-keys/{apiKeyId}
    PATCH /api/api-keys/{apiKeyId}
    POST /api/api-keys/{apiKeyId}/rotate
    GET /api/audit-events
    GET /api/audit-events/export
    GET /api/connections
    POST /api/connections
    DELETE /api/connections/{connectionId}
    GET /api/connections/{connectionId}
    PATCH /api/connections/{connectionId}
    POST /api/connections/{connectionId}/test
    POST /api/erasures
    GET /api/invitations
    POST /api/invitations
    DELETE /api/invitations/{invitationId}
    GET /api/members
    DELETE /api/members/{userId}
    PATCH /api/members/{userId}
    POST /api/members/{userId}/password-reset
    GET /api/openapi.json
    DELETE /api/organization
    GET /api/organization
    PATCH /api/organization
    GET /api/tasks
    GET /api/tasks/{taskId}
    POST /api/tasks/{taskId}/retry
    ");
}

#[tokio::test]
async fn the_document_says_where_and_claims_no_licence() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    assert_eq!(document["servers"][0]["url"], "/");
    assert!(document["info"].get("license").is_none(), "{}", document["info"]);
}

#[tokio::test]
async fn every_described_call_exists() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    for operation in operations(&document) {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace(['{', '}'], "x");
        let answer = app.anonymous().send(method, &path, None, "").await;
        let expected = if path == "/api/openapi.json" { 200 } else { 401 };
        assert_eq!(answer.status, expected, "{operation}");
    }
}

#[tokio::test]
async fn every_operation_is_described_in_full() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{name}");
            assert!(operation["summary"].is_string(), "{name}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{name}: {parameter}");
            }
            let named = path.matches('{').count();
            let given = operation["parameters"].as_array().into_iter().flatten();
            assert_eq!(
                given.filter(|parameter| parameter["in"] == "path").count(),
                named,
                "{name}"
            );
            let responses = operation["responses"].as_object().unwrap();
            for (status, response) in responses {
                assert!(
                    response["description"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{name} {status}"
                );
                if status.starts_with(['4', '5']) {
                    assert!(
                        response["content"]["application/problem+json"]["schema"].is_object(),
                        "{name} {status}"
                    );
                }
            }
            assert_eq!(
                responses.contains_key("401"),
                path != "/api/openapi.json",
                "{name}"
            );
            assert!(responses.contains_key("400"), "{name}");
            assert_eq!(
                responses.contains_key("413"),
                operation.get("requestBody").is_some(),
                "{name}"
            );
        }
    }
}

/// What is read field by field refuses a field that it does not know; whoever makes calls from the document is told.
#[tokio::test]
async fn every_body_is_described_as_closed() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    let bodies = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let names: Vec<_> = bodies
        .filter_map(|operation| {
            operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        })
        .filter_map(|reference| reference.strip_prefix("#/components/schemas/"))
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let schema = &document["components"]["schemas"][name];
        // Recording takes one or several: each of these is described by itself.
        if name != "RecordBody" {
            assert_eq!(schema["additionalProperties"], false, "{name}");
        }
    }
}

#[tokio::test]
async fn a_summary_is_described_as_it_is_sent() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.json();
    let summary = &document["components"]["schemas"]["ExecutionSummary"];
    let text = summary.to_string();
    for field in ["executionId", "latencyMs", "costUSD", "executedAt"] {
        assert!(text.contains(&format!("\"{field}\"")), "{field}: {text}");
    }
}

#[tokio::test]
async fn the_page_asks_nobody_but_us() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/api/docs").await.header("location"), "/api/docs/");
    let page = anonymous.get("/api/docs/").await;
    assert_eq!(page.status, 200);
    assert_snapshot!(page.header("content-security-policy"), @"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    assert_eq!(page.header("content-encoding"), "");
    assert!(
        page.text().contains("<title>API · Agent Ledger</title>"),
        "{page}"
    );
    assert!(page.text().contains(r#"href="/""#), "{page}");
    let files = page
        .text()
        .split(['"'])
        .filter(|part| part.ends_with(".js") || part.ends_with(".css"));
    for file in files {
        let path = format!("/api/docs/{file}");
        let plain = anonymous.get(&path).await;
        assert_eq!(
            (plain.status.as_u16(), plain.header("content-encoding")),
            (200, ""),
            "{file}"
        );
        assert!(std::str::from_utf8(&plain.body).is_ok(), "{file}");
        let packed = anonymous.clone().with("accept-encoding", "gzip").get(&path).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{file}");
    }
    let config = anonymous.get("/api/docs/swagger-initializer.js").await;
    assert!(config.text().contains("/api/openapi.json"), "{config}");
    assert!(config.text().contains(r#""validatorUrl": "none""#), "{config}");
    assert_eq!(anonymous.get("/api/docs/none.js").await.status, 404);
}
