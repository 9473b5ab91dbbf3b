use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn an_agent_is_renamed() {
    let app = TestApp::start().await;
    let path = format!("/api/agents/{}", app.agent);
    let admin = app.key("admin,read").await;
    assert_snapshot!(admin.patch(&path, json!({"name": "Help desk"})).await, @r#"
    200 OK
    {
      "agent": {
        "agentId": "[agent]",
        "name": "Help desk",
        "createdAt": "[now]",
        "activeVersion": null,
        "model": null,
        "executions": 0,
        "lastExecutedAt": null,
        "retentionDays": null
      }
    }
    "#);
    assert_eq!(admin.get(&path).await.json()["agent"]["name"], "Help desk");
    assert_snapshot!(admin.patch(&path, json!({"name": "two\nlines"})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "name",
          "detail": "must be 1 to 100 characters on one line"
        }
      ]
    }
    "#);
    assert_eq!(
        app.stranger()
            .await
            .patch(&path, json!({"name": "Mine"}))
            .await
            .status,
        404
    );
}
