use crate::support::{Client, TestApp};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Five executions, a day apart, of different kinds.
async fn with_history(app: &TestApp) -> Client {
    let key = app.key("read,record").await;
    let items: Vec<Value> = [
        ("exec_1", "success", "api", "V1"),
        ("exec_2", "failed", "api", "V1"),
        ("exec_3", "success", "dashboard", "V2"),
        ("exec_4", "rate_limited", "workflow", "V2"),
        ("exec_5", "success", "api", "V2"),
    ]
    .iter()
    .zip(14..)
    .map(|((id, status, source, version), day)| {
        json!({
            "executionId": id, "status": status, "source": source, "version": version,
            "executedAt": format!("2025-11-{day}T23:30:00Z"), "outputText": "private",
        })
    })
    .collect();
    key.post(&app.executions(), items.into()).await;
    key
}

async fn ids(key: &Client, app: &TestApp, query: &str) -> String {
    let list = key.get(&format!("{}?{query}", app.executions())).await.json();
    let executions = list["executions"].as_array().unwrap();
    let ids: Vec<_> = executions
        .iter()
        .map(|row| row["executionId"].as_str().unwrap())
        .collect();
    format!("{} of {}", ids.join(" "), list["pagination"]["total"])
}

#[tokio::test]
async fn newest_first_without_payloads() {
    let app = TestApp::start().await;
    let key = with_history(&app).await;
    let answer = key.get(&format!("{}?limit=1&offset=1", app.executions())).await;
    assert!(!answer.text().contains("private"));
    assert_snapshot!(answer, @r#"
    200 OK
    {
      "executions": [
        {
          "executionId": "exec_4",
          "agentId": "[agent]",
          "status": "rate_limited",
          "source": "workflow",
          "executedAt": "2025-11-17T23:30:00Z",
          "latencyMs": null,
          "inputTokens": null,
          "outputTokens": null,
          "cacheReadTokens": null,
          "cacheWriteTokens": null,
          "reasoningTokens": null,
          "tokensUsed": null,
          "costUSD": null,
          "model": null,
          "provider": null,
          "version": "V2",
          "errorCode": null,
          "executedBy": null,
          "apiKeyId": "[apiKeyId]"
        }
      ],
      "pagination": {
        "limit": 1,
        "offset": 1,
        "total": 5,
        "hasMore": true
      }
    }
    "#);
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    let app = TestApp::start().await;
    let key = with_history(&app).await;
    for (query, expected) in [
        ("", "exec_5 exec_4 exec_3 exec_2 exec_1 of 5"),
        ("status=&source=", "exec_5 exec_4 exec_3 exec_2 exec_1 of 5"),
        ("status=failed", "exec_2 of 1"),
        ("status=failed,rate_limited", "exec_4 exec_2 of 2"),
        (
            "status=failed&status=success&source=api",
            "exec_5 exec_2 exec_1 of 3",
        ),
        ("startDate=2025-11-15&endDate=2025-11-16", "exec_3 exec_2 of 2"),
        (
            "startDate=2025-11-15&endDate=2025-11-16&timeZone=Europe/Berlin",
            "exec_2 exec_1 of 2",
        ),
        ("startDate=2025-11-17T23:30:00Z", "exec_5 exec_4 of 2"),
        ("endDate=2025-11-15T00:30:00%2B01:00", "exec_1 of 1"),
        ("version=V2&status=success", "exec_5 exec_3 of 2"),
        ("executionId=exec_4", "exec_4 of 1"),
        ("limit=2&offset=4", "exec_1 of 5"),
        ("offset=900", " of 5"),
        ("status=canceled", " of 0"),
    ] {
        assert_eq!(ids(&key, &app, query).await, expected, "{query}");
    }
}

/// What is printed by the minute or second is found by it.
#[tokio::test]
async fn both_ends_of_a_range_are_included_whole() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    for (id, at) in [
        ("exec_1", "2025-11-18T07:32:00Z"),
        ("exec_2", "2025-11-18T07:32:08.700Z"),
        ("exec_3", "2025-11-18T07:33:00Z"),
    ] {
        let one = json!({"executionId": id, "status": "success", "executedAt": at});
        assert_eq!(key.post(&app.executions(), one).await.status, 201);
    }
    for (query, expected) in [
        ("endDate=2025-11-18T07:32&timeZone=UTC", "exec_2 exec_1 of 2"),
        (
            "endDate=2025-11-18T08:32&timeZone=Europe/Berlin",
            "exec_2 exec_1 of 2",
        ),
        ("endDate=2025-11-18T07:32:08&timeZone=UTC", "exec_2 exec_1 of 2"),
        ("endDate=2025-11-18T07:32:00&timeZone=UTC", "exec_1 of 1"),
        ("endDate=2025-11-18T07:32:07&timeZone=UTC", "exec_1 of 1"),
        (
            "startDate=2025-11-18T07:32:08Z&endDate=2025-11-18T07:32:08Z",
            "exec_2 of 1",
        ),
        ("endDate=2025-11-18T07:32:08.000Z", "exec_1 of 1"),
        ("endDate=2025-11-18T07:32:59Z", "exec_2 exec_1 of 2"),
    ] {
        assert_eq!(ids(&key, &app, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_parameter_that_there_is_not_is_named_with_the_nearest() {
    let app = TestApp::start().await;
    let key = app.key("read,admin").await;
    let query = "startdate=2025-11-01&STATUS=failed&page=2&zzzzzzzzzzzz=1";
    assert_snapshot!(key.get(&format!("{}?{query}", app.executions())).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some parameters are wrong; `errors` names each.",
      "code": "invalid_parameters",
      "errors": [
        {
          "field": "startdate",
          "detail": "is not a parameter of this call; the nearest is startDate"
        },
        {
          "field": "STATUS",
          "detail": "is not a parameter of this call; the nearest is status"
        },
        {
          "field": "page",
          "detail": "is not a parameter of this call, which has status, source, startDate, endDate, timeZone, version, model, provider, errorCode, apiKeyId, executedBy, executionId, limit, offset"
        },
        {
          "field": "zzzzzzzzzzzz",
          "detail": "is not a parameter of this call, which has status, source, startDate, endDate, timeZone, version, model, provider, errorCode, apiKeyId, executedBy, executionId, limit, offset"
        }
      ]
    }
    "#);
    for (path, names) in [
        (app.execution("export?fromat=ndjson"), "format"),
        (format!("{}?lastEventID=1", app.events()), "lastEventId"),
        ("/api/audit-events?actions=audit".into(), "action"),
        ("/api/tasks?states=done".into(), "state"),
        ("/api/agents?limit=5".into(), "none"),
        ("/api/openapi.json?x".into(), "none"),
    ] {
        let answer = key.get(&path).await;
        assert_eq!(answer.status, 400, "{path}");
        let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.ends_with(names), "{path}: {detail}");
    }
    let made = key.post("/api/agents?name=A", json!({"name": "A"})).await;
    assert_eq!(made.status, 400);
    // Who asks is settled first.
    let stranger = app
        .anonymous()
        .get(&format!("{}?STATUS=failed", app.executions()))
        .await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let app = TestApp::start().await;
    let key = app.key("read").await;
    let query = "limit=0&offset=-1&status=done&source=phone&startDate=yesterday&endDate=2025-13-01&timeZone=Mars\
                 &executionId=a%20b";
    assert_snapshot!(key.get(&format!("{}?{query}", app.executions())).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some parameters are wrong; `errors` names each.",
      "code": "invalid_parameters",
      "errors": [
        {
          "field": "limit",
          "detail": "must be a whole number from 1 to 100"
        },
        {
          "field": "offset",
          "detail": "must be a whole number from 0"
        },
        {
          "field": "status",
          "detail": "must be one or several of success, failed, rate_limited, canceled, unauthorized, running"
        },
        {
          "field": "source",
          "detail": "must be one or several of dashboard, api, workflow"
        },
        {
          "field": "startDate",
          "detail": "must be a date such as 2025-11-18 or an RFC 3339 time such as 2025-11-18T09:45:00Z"
        },
        {
          "field": "endDate",
          "detail": "must be a date such as 2025-11-18 or an RFC 3339 time such as 2025-11-18T09:45:00Z"
        },
        {
          "field": "executionId",
          "detail": "must be 1 to 64 characters out of A-Z, a-z, 0-9, _ and -"
        },
        {
          "field": "timeZone",
          "detail": "must be the IANA name of a time zone, such as Europe/Berlin"
        }
      ]
    }
    "#);
    assert_eq!(
        key.get(&format!("{}?limit=101", app.executions())).await.status,
        400
    );
}
