use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn example() -> Value {
    json!({
        "executionId": "exec_xyz789",
        "status": "success",
        "executedAt": "2025-11-18T09:45:00Z",
        "latencyMs": 1250,
        "tokensUsed": 450,
        "costUSD": 0.0023,
        "model": "gemini-1.5-pro",
        "version": "V3",
        "inputVariables": {"product_name": "Smart Watch Pro"},
        "outputText": "A watch.",
    })
}

#[tokio::test]
async fn one_is_recorded_and_a_repeat_is_harmless() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let first = recorder.post(&app.executions(), example()).await;
    assert_snapshot!(first, @r#"
    201 Created → /api/agents/[agent]/executions/exec_xyz789
    {
      "executionId": "exec_xyz789",
      "execution": {
        "executionId": "exec_xyz789",
        "agentId": "[agent]",
        "status": "success",
        "source": "api",
        "executedAt": "2025-11-18T09:45:00Z",
        "latencyMs": 1250,
        "inputTokens": null,
        "outputTokens": null,
        "cacheReadTokens": null,
        "cacheWriteTokens": null,
        "reasoningTokens": null,
        "tokensUsed": 450,
        "costUSD": 0.0023,
        "model": "gemini-1.5-pro",
        "provider": null,
        "version": "V3",
        "errorCode": null,
        "executedBy": null,
        "apiKeyId": "[apiKeyId]"
      }
    }
    "#);
    let again = recorder.post(&app.executions(), example()).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
    assert_eq!(again.header("location"), first.header("location"));
}

#[tokio::test]
async fn little_need_be_known() {
    let app = TestApp::start().await;
    let answer = app
        .key("record")
        .await
        .post(&app.executions(), json!({"status": "running"}))
        .await;
    assert_snapshot!(answer, @r#"
    201 Created → /api/agents/[agent]/executions/[exec]
    {
      "executionId": "[exec]",
      "execution": {
        "executionId": "[exec]",
        "agentId": "[agent]",
        "status": "running",
        "source": "api",
        "executedAt": "[now]",
        "latencyMs": null,
        "inputTokens": null,
        "outputTokens": null,
        "cacheReadTokens": null,
        "cacheWriteTokens": null,
        "reasoningTokens": null,
        "tokensUsed": null,
        "costUSD": null,
        "model": null,
        "provider": null,
        "version": null,
        "errorCode": null,
        "executedBy": null,
        "apiKeyId": "[apiKeyId]"
      }
    }
    "#);
    let person = app
        .owner()
        .await
        .post(
            &app.executions(),
            json!({"status": "failed", "source": "dashboard"}),
        )
        .await;
    assert_eq!(person.json()["execution"]["executedBy"], app.owner.as_str());
}

#[tokio::test]
async fn the_callers_program_is_kept_on_one_line() {
    let app = TestApp::start().await;
    let key = app
        .key("record,read")
        .await
        .with("user-agent", &format!("cli\t1.0 {}", "x".repeat(2_000)));
    key.post(&app.executions(), example()).await;
    let execution = key.get(&app.execution("exec_xyz789")).await.json();
    let user_agent = execution["execution"]["userAgent"].as_str().unwrap();
    assert!(
        user_agent.starts_with("cli1.0 xxx") && user_agent.len() == 1_000,
        "{user_agent}"
    );
}

#[tokio::test]
async fn other_content_is_a_conflict() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    recorder.post(&app.executions(), example()).await;
    let mut other = example();
    other["latencyMs"] = json!(99);
    assert_snapshot!(recorder.post(&app.executions(), other).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "Another execution has this executionId; it stays as it is.",
      "code": "execution_conflict"
    }
    "#);
}

#[tokio::test]
async fn a_final_status_finishes_a_running_one() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let running = json!({"executionId": "exec_1", "status": "running", "executedAt": "2025-11-18T09:45:00Z"});
    assert_eq!(recorder.post(&app.executions(), running).await.status, 201);
    let done =
        json!({"executionId": "exec_1", "status": "failed", "errorCode": "TIMEOUT", "latencyMs": 30_000.4});
    assert_snapshot!(recorder.post(&app.executions(), done).await, @r#"
    200 OK → /api/agents/[agent]/executions/exec_1
    {
      "executionId": "exec_1",
      "execution": {
        "executionId": "exec_1",
        "agentId": "[agent]",
        "status": "failed",
        "source": "api",
        "executedAt": "2025-11-18T09:45:00Z",
        "latencyMs": 30000,
        "inputTokens": null,
        "outputTokens": null,
        "cacheReadTokens": null,
        "cacheWriteTokens": null,
        "reasoningTokens": null,
        "tokensUsed": null,
        "costUSD": null,
        "model": null,
        "provider": null,
        "version": null,
        "errorCode": "TIMEOUT",
        "executedBy": null,
        "apiKeyId": "[apiKeyId]"
      }
    }
    "#);
}

#[tokio::test]
async fn an_idempotency_key_stands_for_the_id() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await.with("idempotency-key", "\"order-42\"");
    let body = json!({"status": "success", "executedAt": "2025-11-18T09:45:00Z"});
    let first = recorder.post(&app.executions(), body.clone()).await;
    assert_eq!(
        (first.status.as_u16(), &first.json()["executionId"]),
        (201, &json!("order-42"))
    );
    assert_eq!(recorder.post(&app.executions(), body).await.status, 200);

    let other = json!({"status": "success", "executionId": "order-43"});
    assert_snapshot!(recorder.post(&app.executions(), other).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "Idempotency-Key",
          "detail": "must be the same as `executionId`, or one of them left out"
        }
      ]
    }
    "#);
    assert_snapshot!(recorder.post(&app.executions(), json!([])).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "Idempotency-Key",
          "detail": "goes with a single execution; give each of several its `executionId`"
        }
      ]
    }
    "#);
    let ill_formed = recorder.with("idempotency-key", "a b");
    assert_snapshot!(ill_formed.post(&app.executions(), json!({"status": "success"})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "Idempotency-Key",
          "detail": "must be 1 to 64 characters out of A-Z, a-z, 0-9, _ and -"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn wrong_fields_are_all_named() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let body = json!({
        "executionId": "no spaces",
        "source": "phone",
        "executedAt": "2999-01-01T00:00:00Z",
        "latencyMs": -1,
        "costUSD": "cheap",
        "outptuText": "x",
    });
    assert_snapshot!(recorder.post(&app.executions(), body).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "status",
          "detail": "is required: one of success, failed, rate_limited, canceled, unauthorized, running"
        },
        {
          "field": "executionId",
          "detail": "must be 1 to 64 characters out of A-Z, a-z, 0-9, _ and -"
        },
        {
          "field": "source",
          "detail": "must be one of dashboard, api, workflow"
        },
        {
          "field": "executedAt",
          "detail": "is more than an hour in the future; check the clock that made it"
        },
        {
          "field": "latencyMs",
          "detail": "must be a number from 0 to 31536000000"
        },
        {
          "field": "costUSD",
          "detail": "must be a number of US dollars from 0 to 1000000"
        },
        {
          "field": "outptuText",
          "detail": "is not a field of an execution; the nearest is outputText"
        }
      ]
    }
    "#);
    assert_snapshot!(recorder.post(&app.executions(), json!("success")).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "",
          "detail": "must be a JSON object with the fields of one execution"
        }
      ]
    }
    "#);
}
