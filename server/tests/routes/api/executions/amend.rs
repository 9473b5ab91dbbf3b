use crate::support::{Client, TestApp};
use insta::assert_snapshot;
use serde_json::json;

async fn with_running(app: &TestApp) -> Client {
    let recorder = app.key("record").await;
    let running = json!({
        "executionId": "exec_1",
        "status": "running",
        "executedAt": "2025-11-18T09:45:00Z",
        "inputTokens": 100,
        "userPrompt": "Hello",
    });
    recorder.post(&app.executions(), running).await;
    recorder
}

#[tokio::test]
async fn a_running_one_is_finished_once() {
    let app = TestApp::start().await;
    let recorder = with_running(&app).await;
    let path = app.execution("exec_1");
    let done = json!({"status": "success", "outputTokens": 20, "outputText": "Hi", "latencyMs": 800});
    let finished = recorder.patch(&path, done.clone()).await;
    assert_snapshot!(finished, @r#"
    200 OK
    {
      "execution": {
        "executionId": "exec_1",
        "agentId": "[agent]",
        "status": "success",
        "source": "api",
        "executedAt": "2025-11-18T09:45:00Z",
        "latencyMs": 800,
        "inputTokens": 100,
        "outputTokens": 20,
        "cacheReadTokens": null,
        "cacheWriteTokens": null,
        "reasoningTokens": null,
        "tokensUsed": 120,
        "costUSD": null,
        "model": null,
        "provider": null,
        "version": null,
        "errorCode": null,
        "executedBy": null,
        "apiKeyId": "[apiKeyId]",
        "temperature": null,
        "inputVariables": null,
        "systemPrompt": null,
        "userPrompt": "Hello",
        "outputText": "Hi",
        "errorMessage": null,
        "ipAddress": null,
        "userAgent": null,
        "metadata": null
      }
    }
    "#);
    let again = recorder.patch(&path, done).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, finished.json()));
    assert_snapshot!(recorder.patch(&path, json!({"latencyMs": 900})).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "The execution is final and says something else; a final execution is never changed.",
      "code": "execution_final"
    }
    "#);
}

#[tokio::test]
async fn the_result_of_one_that_was_given_up_still_counts() {
    let app = TestApp::start().await;
    let recorder = with_running(&app).await;
    let path = app.execution("exec_1");
    let later = domain::time::truncate(chrono::Utc::now() + chrono::TimeDelta::minutes(1));
    assert_eq!(app.store.abandon(later).await.unwrap(), 1);
    let given_up = recorder
        .patch(&path, json!({"status": "success", "outputText": "Hi"}))
        .await;
    let execution = &given_up.json()["execution"];
    assert_eq!(
        (given_up.status.as_u16(), &execution["status"]),
        (200, &json!("success"))
    );
    assert_eq!(
        (&execution["errorCode"], &execution["errorMessage"]),
        (&json!(null), &json!(null))
    );
    let other = recorder.patch(&path, json!({"status": "failed"})).await;
    assert_eq!(other.status.as_u16(), 409);
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let recorder = with_running(&app).await;
    let path = app.execution("exec_1");
    assert_snapshot!(recorder.patch(&path, json!({"executionId": "exec_2"})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "executionId",
          "detail": "must be the one in the address, or left out"
        }
      ]
    }
    "#);
    assert_snapshot!(recorder.patch(&path, json!({"status": "over"})).await, @r#"
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
          "detail": "must be one of success, failed, rate_limited, canceled, unauthorized, running"
        }
      ]
    }
    "#);
    assert_eq!(
        recorder
            .patch(&path, json!({"executionId": "exec_1", "latencyMs": 1}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_unknown_or_foreign_one_is_a_404() {
    let app = TestApp::start().await;
    let recorder = with_running(&app).await;
    assert_snapshot!(recorder.patch(&app.execution("exec_none"), json!({})).await, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such execution.",
      "code": "not_found"
    }
    "#);
    assert_eq!(
        recorder
            .patch(&app.execution("ill%20formed"), json!({}))
            .await
            .status,
        404
    );
    assert_eq!(
        app.stranger()
            .await
            .patch(&app.execution("exec_1"), json!({}))
            .await
            .status,
        404
    );
}
