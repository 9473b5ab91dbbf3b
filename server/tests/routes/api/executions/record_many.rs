use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn each_item_is_judged_by_itself_in_order() {
    let app = TestApp::start().await;
    let recorder = app.key("record,read").await;
    let at = "2025-11-18T09:45:00Z";
    let answer = recorder
        .post(
            &app.executions(),
            json!([
                {"executionId": "exec_1", "status": "success", "executedAt": at},
                {"executionId": "exec_2", "status": "done", "executedAt": at},
                {"executionId": "exec_1", "status": "success", "executedAt": at},
                {"executionId": "exec_1", "status": "failed", "executedAt": at},
                {"executionId": "exec_3", "status": "running", "executedAt": at},
                {"executionId": "exec_3", "status": "success"},
                "nothing",
                {"status": "success", "executedAt": at},
                {"executionId": "not an id", "status": "success"},
            ]),
        )
        .await;
    assert_snapshot!(answer, @r#"
    200 OK
    {
      "results": [
        {
          "executionId": "exec_1",
          "result": "created"
        },
        {
          "executionId": "exec_2",
          "result": "invalid",
          "errors": [
            {
              "field": "status",
              "detail": "must be one of success, failed, rate_limited, canceled, unauthorized, running"
            }
          ]
        },
        {
          "executionId": "exec_1",
          "result": "unchanged"
        },
        {
          "executionId": "exec_1",
          "result": "conflict"
        },
        {
          "executionId": "exec_3",
          "result": "created"
        },
        {
          "executionId": "exec_3",
          "result": "created"
        },
        {
          "executionId": null,
          "result": "invalid",
          "errors": [
            {
              "field": "",
              "detail": "must be a JSON object with the fields of one execution"
            }
          ]
        },
        {
          "executionId": "[exec]",
          "result": "created"
        },
        {
          "executionId": null,
          "result": "invalid",
          "errors": [
            {
              "field": "executionId",
              "detail": "must be 1 to 64 characters out of A-Z, a-z, 0-9, _ and -"
            }
          ]
        }
      ]
    }
    "#);
    assert_eq!(
        recorder.get(&app.executions()).await.json()["pagination"]["total"],
        3
    );
}

#[tokio::test]
async fn a_line_that_is_no_json_spoils_only_itself() {
    let app = TestApp::start().await;
    let lines = concat!(
        "{\"executionId\":\"exec_1\",\"status\":\"success\"}\r\n",
        "\n",
        "{\"executionId\":\"exec_2\",\n",
        "{\"executionId\":\"exec_3\",\"status\":\"canceled\"}",
    );
    let recorder = app.key("record").await;
    let answer = recorder
        .send("POST", &app.executions(), Some("application/x-ndjson"), lines)
        .await;
    assert_snapshot!(answer, @r#"
    200 OK
    {
      "results": [
        {
          "executionId": "exec_1",
          "result": "created"
        },
        {
          "executionId": null,
          "result": "invalid",
          "errors": [
            {
              "field": "",
              "detail": "line 3 is not JSON: EOF while parsing a value at column 24"
            }
          ]
        },
        {
          "executionId": "exec_3",
          "result": "created"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn nothing_is_recorded_without_complaint() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    assert_eq!(
        recorder.post(&app.executions(), json!([])).await.text(),
        r#"{"results":[]}"#
    );
    let empty = recorder
        .send("POST", &app.executions(), Some("application/x-ndjson"), "\n\n")
        .await;
    assert_eq!(empty.text(), r#"{"results":[]}"#);
}
