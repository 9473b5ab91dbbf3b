use crate::support::TestApp;
use insta::assert_snapshot;

#[tokio::test]
async fn one_agent() {
    let app = TestApp::start().await;
    let path = format!("/api/agents/{}", app.agent);
    assert_snapshot!(app.key("read").await.get(&path).await, @r#"
    200 OK
    {
      "agent": {
        "agentId": "[agent]",
        "name": "Support",
        "createdAt": "[now]",
        "activeVersion": null,
        "model": null,
        "executions": 0,
        "lastExecutedAt": null,
        "retentionDays": null
      }
    }
    "#);
    assert_eq!(app.stranger().await.get(&path).await.status, 404);
}
