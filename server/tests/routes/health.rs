use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn it_runs_and_can_work() {
    let app = TestApp::start().await;
    assert_snapshot!(app.anonymous().get("/healthz").await, @r#"
    200 OK
    {
      "status": "ok"
    }
    "#);
    assert_snapshot!(app.anonymous().get("/readyz").await, @r#"
    200 OK
    {
      "status": "ready"
    }
    "#);
}

#[tokio::test]
async fn without_its_database_it_runs_and_cannot_work() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    app.store.close().await;
    assert_eq!(app.anonymous().get("/healthz").await.status, 200);
    let answer = app.anonymous().get("/readyz").await;
    assert_eq!(answer.header("retry-after"), "1");
    assert_snapshot!(answer, @r#"
    503 Service Unavailable
    {
      "type": "about:blank",
      "title": "Service Unavailable",
      "status": 503,
      "detail": "The database did not do what it was asked; try again in a moment.",
      "code": "database_unavailable"
    }
    "#);
    assert_eq!(key.get(&app.executions()).await.text(), answer.text());
}

#[tokio::test]
async fn a_database_that_was_taken_away_is_told_and_nothing_is_recorded() {
    let app = TestApp::start().await;
    let key = app.key("record").await;
    let file = app.database_url().trim_start_matches("sqlite://").to_owned();
    std::fs::rename(&file, format!("{file}.moved")).unwrap();
    let refused = key.post(&app.executions(), json!({"status": "success"})).await;
    assert_snapshot!(refused, @r#"
    500 Internal Server Error
    {
      "type": "about:blank",
      "title": "Internal Server Error",
      "status": 500,
      "detail": "The database file was removed or replaced, and nothing is recorded until whoever operates the server has started it anew; trying again does not help.",
      "code": "database_replaced"
    }
    "#);
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.json()["code"], "database_replaced", "{ready}");
}
