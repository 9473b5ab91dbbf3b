use crate::support::TestApp;
use insta::assert_snapshot;

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
