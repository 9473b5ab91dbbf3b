//! `/api/organization`.

mod deletion;
mod retention;

use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn days_are_read_in_the_zone_that_is_set() {
    let app = TestApp::start().await;
    let key = app.key("admin,read,record").await;
    let reader = app.key("read").await;
    assert_snapshot!(reader.get("/api/organization").await, @r#"
    200 OK
    {
      "organization": {
        "name": "Acme",
        "timeZone": "UTC",
        "retention": {
          "plan": "none",
          "days": null,
          "runs": {
            "lastSucceededAt": null,
            "lastRemoved": 0,
            "removed": 0,
            "failedAt": null,
            "failure": null,
            "waitsSince": null
          }
        }
      }
    }
    "#);
    // Still the 17th in London, and the 18th in Kathmandu.
    key.post(
        &app.executions(),
        json!({"status": "success", "executedAt": "2025-11-17T18:20:00Z"}),
    )
    .await;
    let path = format!("{}?startDate=2025-11-18", app.executions());
    assert_eq!(key.get(&path).await.json()["pagination"]["total"], 0);
    let zone = json!({"timeZone": "Asia/Kathmandu"});
    assert_snapshot!(key.patch("/api/organization", zone).await, @r#"
    200 OK
    {
      "organization": {
        "name": "Acme",
        "timeZone": "Asia/Kathmandu",
        "retention": {
          "plan": "none",
          "days": null,
          "runs": {
            "lastSucceededAt": null,
            "lastRemoved": 0,
            "removed": 0,
            "failedAt": null,
            "failure": null,
            "waitsSince": null
          }
        }
      }
    }
    "#);
    assert_eq!(key.get(&path).await.json()["pagination"]["total"], 1);
}

#[tokio::test]
async fn a_wrong_zone_is_named() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let wrong = json!({"timeZone": "Mars/Olympus", "name": "Acme"});
    assert_snapshot!(admin.patch("/api/organization", wrong).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "timeZone",
          "detail": "must be the IANA name of a time zone, such as Europe/Berlin"
        },
        {
          "field": "name",
          "detail": "is not a field here"
        }
      ]
    }
    "#);
    for wrong in [json!({}), json!({"timeZone": 3}), json!([])] {
        let answer = admin.patch("/api/organization", wrong.clone()).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn who_may_look_and_who_may_change() {
    let app = TestApp::start().await;
    let zone = json!({"timeZone": "UTC"});
    let status = |client: crate::support::Client| {
        let zone = zone.clone();
        async move {
            (
                client.get("/api/organization").await.status.as_u16(),
                client.patch("/api/organization", zone).await.status.as_u16(),
            )
        }
    };
    assert_eq!(status(app.anonymous()).await, (401, 401));
    assert_eq!(status(app.key("read").await).await, (200, 403));
    assert_eq!(status(app.key("record").await).await, (403, 403));
    assert_eq!(status(app.owner().await).await, (200, 200));
}
