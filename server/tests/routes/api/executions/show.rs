use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn one_execution_whole() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await.with("user-agent", "tests/1.0");
    let body = json!({
        "executionId": "exec_abc123",
        "status": "failed",
        "source": "workflow",
        "executedAt": "2025-11-18T09:30:00.000001Z",
        "latencyMs": 150,
        "tokensUsed": 0,
        "costUSD": 0,
        "model": "gemini-1.5-pro",
        "version": "V3",
        "temperature": 0.7,
        "inputVariables": {"z": 1, "a": [true, null]},
        "systemPrompt": "Be <b>kind</b>.",
        "userPrompt": "Sell it.",
        "errorCode": "RATE_LIMIT_EXCEEDED",
        "errorMessage": "Slow down.",
        "executedBy": "nightly",
        "ipAddress": "2001:db8::1",
        "metadata": {"trace": "t-1"},
    });
    key.post(&app.executions(), body).await;
    assert_snapshot!(key.get(&app.execution("exec_abc123")).await, @r#"
    200 OK
    {
      "execution": {
        "executionId": "exec_abc123",
        "agentId": "[agent]",
        "status": "failed",
        "source": "workflow",
        "executedAt": "2025-11-18T09:30:00.000001Z",
        "latencyMs": 150,
        "inputTokens": null,
        "outputTokens": null,
        "cacheReadTokens": null,
        "cacheWriteTokens": null,
        "reasoningTokens": null,
        "tokensUsed": 0,
        "costUSD": 0.0,
        "model": "gemini-1.5-pro",
        "version": "V3",
        "errorCode": "RATE_LIMIT_EXCEEDED",
        "executedBy": "[executedBy]",
        "apiKeyId": "[apiKeyId]",
        "temperature": 0.7,
        "inputVariables": {
          "z": 1,
          "a": [
            true,
            null
          ]
        },
        "systemPrompt": "Be <b>kind</b>.",
        "userPrompt": "Sell it.",
        "outputText": null,
        "errorMessage": "Slow down.",
        "ipAddress": "2001:db8::1",
        "userAgent": "tests/1.0",
        "metadata": {
          "trace": "t-1"
        }
      }
    }
    "#);
}

#[tokio::test]
async fn an_unknown_or_foreign_one_is_a_404() {
    let app = TestApp::start().await;
    let key = app.key("read,record,admin").await;
    key.post(
        &app.executions(),
        json!({"executionId": "exec_1", "status": "success"}),
    )
    .await;
    let unknown = key.get(&app.execution("exec_none")).await;
    assert_snapshot!(unknown, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such execution.",
      "code": "not_found"
    }
    "#);
    assert_eq!(key.get(&app.execution("a%20b")).await.text(), unknown.text());
    assert_eq!(
        app.stranger().await.get(&app.execution("exec_1")).await.status,
        404
    );

    let other = key.post("/api/agents", json!({"name": "Other"})).await.json();
    let path = format!(
        "/api/agents/{}/executions/exec_1",
        other["agent"]["agentId"].as_str().unwrap()
    );
    assert_eq!(key.get(&path).await.text(), unknown.text());
}
