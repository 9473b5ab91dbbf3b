//! Erasing an execution, and what is answered to whoever records what is gone.

use crate::support::TestApp;
use chrono::{TimeDelta, Utc};
use domain::Role;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn an_erased_execution_does_not_come_back() {
    let app = TestApp::start().await;
    let key = app.key("admin,read,record").await;
    let body = json!({"executionId": "exec_a", "status": "success", "outputText": "private"});
    key.post(&app.executions(), body.clone()).await;
    let path = app.execution("exec_a");
    assert_snapshot!(key.delete(&path).await, @"204 No Content");
    assert_eq!(key.get(&path).await.status, 404);
    assert_snapshot!(key.delete(&path).await, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such execution.",
      "code": "not_found"
    }
    "#);
    assert_snapshot!(key.post(&app.executions(), body.clone()).await, @r#"
    410 Gone
    {
      "type": "about:blank",
      "title": "Gone",
      "status": 410,
      "detail": "The execution of this executionId was erased; it is not stored again.",
      "code": "erased"
    }
    "#);
    assert_snapshot!(key.post(&app.executions(), json!([body, {"executionId": "exec_b", "status": "success"}])).await, @r#"
    200 OK
    {
      "results": [
        {
          "executionId": "exec_a",
          "result": "erased"
        },
        {
          "executionId": "exec_b",
          "result": "created"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_is_not_stored() {
    let app = TestApp::start().await;
    let key = app.key("admin,read,record").await;
    key.patch("/api/organization", json!({"retention": {"plan": "pro"}}))
        .await;
    let old = json!({"executionId": "exec_old", "status": "success",
        "executedAt": Utc::now() - TimeDelta::days(181)});
    assert_snapshot!(key.post(&app.executions(), old.clone()).await, @r#"
    410 Gone
    {
      "type": "about:blank",
      "title": "Gone",
      "status": 410,
      "detail": "Executions of this agent are kept 180 days; this one began before and is not stored.",
      "code": "expired"
    }
    "#);
    assert_snapshot!(key.post(&app.executions(), json!([old])).await, @r#"
    200 OK
    {
      "results": [
        {
          "executionId": "exec_old",
          "result": "expired"
        }
      ]
    }
    "#);
    assert_eq!(key.get(&app.execution("exec_old")).await.status, 404);
}

#[tokio::test]
async fn who_may_erase() {
    let app = TestApp::start().await;
    let key = app.key("record").await;
    key.post(
        &app.executions(),
        json!({"executionId": "exec_a", "status": "success"}),
    )
    .await;
    let path = app.execution("exec_a");
    assert_eq!(app.anonymous().delete(&path).await.status, 401);
    assert_eq!(
        app.key("read,record,execute").await.delete(&path).await.status,
        403
    );
    assert_eq!(app.colleague(Role::Member).await.delete(&path).await.status, 403);
    assert_eq!(app.stranger().await.delete(&path).await.status, 404);
    assert_eq!(app.owner().await.delete(&path).await.status, 204);
}

#[tokio::test]
async fn an_open_stream_tells_that_it_is_gone() {
    let app = TestApp::start().await;
    let key = app.key("admin,read,record").await;
    let body = json!({"executionId": "exec_a", "status": "success"});
    key.post(&app.executions(), body).await;
    let mut events = key.follow(&app.events()).await;
    key.delete(&app.execution("exec_a")).await;
    assert_eq!(events.told(1).await, ["execution.deleted exec_a success"]);
}
