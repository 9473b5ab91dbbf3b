use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn an_agent_is_made() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let answer = admin.post("/api/agents", json!({"name": "  Sales  "})).await;
    assert_snapshot!(answer, @r#"
    201 Created → /api/agents/[agent]
    {
      "agent": {
        "agentId": "[agent]",
        "name": "Sales",
        "createdAt": "[now]",
        "activeVersion": null,
        "model": null,
        "executions": 0,
        "lastExecutedAt": null,
        "retentionDays": null
      }
    }
    "#);
}

#[tokio::test]
async fn a_wrong_body_is_told_field_by_field() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    assert_snapshot!(admin.post("/api/agents", json!({"name": "", "nmae": "Sales"})).await, @r#"
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
        },
        {
          "field": "nmae",
          "detail": "is not a field here; the nearest is name"
        }
      ]
    }
    "#);
    assert_snapshot!(admin.post("/api/agents", json!({})).await, @r#"
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
          "detail": "is required: a string"
        }
      ]
    }
    "#);
    assert_snapshot!(admin.post("/api/agents", json!({"name": 5})).await, @r#"
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
          "detail": "must be a string"
        }
      ]
    }
    "#);
    assert_snapshot!(admin.post("/api/agents", json!(["Sales"])).await, @r#"
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
          "detail": "must be a JSON object"
        }
      ]
    }
    "#);
}
