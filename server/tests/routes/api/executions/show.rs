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
        "provider": null,
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
        },
        "troubleshootingHints": [
          {
            "message": "Wait as long as the provider's answer says before trying again, with growing pauses, and spread the calls out. A single request that is larger than the limit never passes.",
            "evidence": null
          }
        ]
      }
    }
    "#);
}

#[tokio::test]
async fn a_failure_comes_with_hints_that_link_to_their_evidence() {
    let app = TestApp::start().await;
    let key = app.key("read,record,admin").await;
    key.patch("/api/organization", json!({"timeZone": "Europe/Berlin"}))
        .await;
    let run = |id: &str, status: &str, minute: u32, topic: &str| {
        json!({
            "executionId": id, "status": status, "executedAt": format!("2025-11-18T09:{minute:02}:00Z"),
            "errorCode": (status == "failed").then_some("TIMEOUT"), "inputVariables": {"topic": topic},
        })
    };
    let successes = (0..30).map(|number| run(&format!("exec_{number}"), "success", number, "tea"));
    key.post(&app.executions(), successes.collect()).await;
    key.post(&app.executions(), run("exec_before", "failed", 50, "tea"))
        .await;
    key.post(&app.executions(), run("exec_after", "failed", 55, ""))
        .await;
    let success = key.get(&app.execution("exec_7")).await.json();
    assert_eq!(success["execution"]["troubleshootingHints"], json!([]));
    let failure = key.get(&app.execution("exec_after")).await.json();
    let hints = &failure["execution"]["troubleshootingHints"];
    assert_snapshot!(serde_json::to_string_pretty(hints).unwrap(), @r#"
    [
      {
        "message": "1 other execution of this agent timed out between 10:45 and 11:05.",
        "evidence": {
          "label": "Show them",
          "query": "startDate=2025-11-18T09%3A45%3A00Z&endDate=2025-11-18T10%3A05%3A00.000Z&errorCode=TIMEOUT"
        }
      },
      {
        "message": "1 of the 31 executions before this one timed out.",
        "evidence": {
          "label": "Show it",
          "query": "startDate=2025-11-18T09%3A00%3A00Z&endDate=2025-11-18T09%3A54%3A59.999999Z&errorCode=TIMEOUT"
        }
      },
      {
        "message": "The variable “topic” was empty here, and filled in all of the last 30 successes before it.",
        "evidence": {
          "label": "Show these successes",
          "query": "status=success&startDate=2025-11-18T09%3A00%3A00Z&endDate=2025-11-18T09%3A54%3A59.999999Z"
        }
      },
      {
        "message": "No answer came within the time that the caller waits. A retry may pass; if it happens again, allow more time, ask for a shorter answer, or stream it.",
        "evidence": null
      }
    ]
    "#);
    for hint in hints.as_array().unwrap() {
        if let Some(query) = hint["evidence"]["query"].as_str() {
            let shown = key.get(&format!("{}?{query}", app.executions())).await.json();
            assert_ne!(shown["pagination"]["total"], 0, "{query}");
        }
    }
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
