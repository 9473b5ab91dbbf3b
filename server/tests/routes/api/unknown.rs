//! Paths and methods that do not exist.

use crate::support::TestApp;
use insta::assert_snapshot;

#[tokio::test]
async fn an_unknown_path_is_a_json_404() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/api/nothing/here").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_snapshot!(answer, @r#"
    404 Not Found
    {
      "type": "about:blank",
      "title": "Not Found",
      "status": 404,
      "detail": "There is no such path.",
      "code": "not_found"
    }
    "#);
    for path in ["/api", "/api/", "/api/agents/", "/api/agents/x/executions/y/z"] {
        assert_eq!(
            app.anonymous().get(path).await.json()["code"],
            "not_found",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_json_405() {
    let app = TestApp::start().await;
    let answer = app.anonymous().delete("/api/agents").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    assert_snapshot!(answer, @r#"
    405 Method Not Allowed
    {
      "type": "about:blank",
      "title": "Method Not Allowed",
      "status": 405,
      "detail": "This method does not exist here; `Allow` names those that do.",
      "code": "method_not_allowed"
    }
    "#);
}
