use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn agents_are_listed_by_name_with_what_they_did() {
    let app = TestApp::start().await;
    let key = app.key("read,record,admin").await;
    key.post("/api/agents", json!({"name": "Billing"})).await;
    key.post(
        &app.executions(),
        json!({"status": "success", "executedAt": "2025-11-18T09:45:00Z"}),
    )
    .await;
    assert_snapshot!(key.get("/api/agents").await, @r#"
    200 OK
    {
      "agents": [
        {
          "agentId": "[agent]",
          "name": "Billing",
          "createdAt": "[now]",
          "activeVersion": null,
          "model": null,
          "executions": 0,
          "lastExecutedAt": null,
          "retentionDays": null
        },
        {
          "agentId": "[agent]",
          "name": "Support",
          "createdAt": "[now]",
          "activeVersion": null,
          "model": null,
          "executions": 1,
          "lastExecutedAt": "2025-11-18T09:45:00Z",
          "retentionDays": null
        }
      ]
    }
    "#);
    assert_snapshot!(app.stranger().await.get("/api/agents").await, @r#"
    200 OK
    {
      "agents": []
    }
    "#);
}
