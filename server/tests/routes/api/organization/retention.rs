//! How long executions are kept, set by REST, and what that does.

use crate::support::TestApp;
use chrono::{TimeDelta, Utc};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::sync::atomic::AtomicU64;

fn days_ago(days: i64) -> Value {
    json!(Utc::now() - TimeDelta::days(days))
}

#[tokio::test]
async fn a_plan_is_set_and_what_is_older_goes() {
    let app = TestApp::start().await;
    let key = app.key("admin,read,record").await;
    for (id, days) in [("exec_new", 1), ("exec_old", 91)] {
        let body = json!({"executionId": id, "status": "success", "executedAt": days_ago(days)});
        assert_eq!(key.post(&app.executions(), body).await.status, 201);
    }
    let plan = json!({"retention": {"plan": "standard"}});
    assert_snapshot!(key.patch("/api/organization", plan).await, @r#"
    200 OK
    {
      "organization": {
        "name": "Acme",
        "timeZone": "UTC",
        "retention": {
          "plan": "standard",
          "days": 90,
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
    app.store
        .purge(None, Utc::now(), &AtomicU64::new(0))
        .await
        .unwrap();
    assert_snapshot!(key.get("/api/organization").await, @r#"
    200 OK
    {
      "organization": {
        "name": "Acme",
        "timeZone": "UTC",
        "retention": {
          "plan": "standard",
          "days": 90,
          "runs": {
            "lastSucceededAt": "[now]",
            "lastRemoved": 1,
            "removed": 1,
            "failedAt": null,
            "failure": null,
            "waitsSince": null
          }
        }
      }
    }
    "#);
    assert_eq!(key.get(&app.execution("exec_old")).await.status, 404);
    assert_eq!(key.get(&app.executions()).await.json()["pagination"]["total"], 1);
    let longer = json!({"timeZone": "Europe/Berlin", "retention": {"plan": "enterprise", "days": 400}});
    let answer = key.patch("/api/organization", longer).await.json();
    assert_eq!(answer["organization"]["timeZone"], "Europe/Berlin");
    assert_eq!(answer["organization"]["retention"]["days"], 400);
    let forever = json!({"retention": {"plan": "none"}});
    let answer = key.patch("/api/organization", forever).await.json();
    assert_eq!(answer["organization"]["retention"]["days"], Value::Null);
    assert_eq!(answer["organization"]["timeZone"], "Europe/Berlin", "it stays");
}

#[tokio::test]
async fn a_wrong_plan_is_named() {
    let app = TestApp::start().await;
    let admin = app.key("admin,read").await;
    let wrong = json!({"retention": {"plan": "enterprise", "days": 90}});
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
          "field": "retention.days",
          "detail": "must be 365 to 36500 for the plan enterprise"
        }
      ]
    }
    "#);
    for (wrong, field) in [
        (json!({"plan": "gold"}), "retention.plan"),
        (json!({"plan": "standard", "days": 10}), "retention.days"),
        (json!({"days": 400}), "retention"),
        (json!({"plan": "pro", "else": 1}), "retention"),
        (json!(90), "retention"),
    ] {
        let answer = admin
            .patch("/api/organization", json!({"retention": wrong}))
            .await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    let organization = admin.get("/api/organization").await.json();
    assert_eq!(organization["organization"]["retention"]["plan"], "none");
}

#[tokio::test]
async fn an_agent_keeps_fewer_days() {
    let app = TestApp::start().await;
    let admin = app.key("admin,read,record").await;
    let path = format!("/api/agents/{}", app.agent);
    admin
        .patch("/api/organization", json!({"retention": {"plan": "standard"}}))
        .await;
    let set = |days: Value| {
        let (admin, path) = (admin.clone(), path.clone());
        async move { admin.patch(&path, json!({"retentionDays": days})).await }
    };
    assert_eq!(set(json!(30)).await.json()["agent"]["retentionDays"], 30);
    assert_eq!(
        admin.get(&path).await.json()["agent"]["name"],
        "Support",
        "it stays"
    );
    assert_snapshot!(set(json!(90)).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "retentionDays",
          "detail": "must be a whole number from 1 to 89, fewer than the organization's"
        }
      ]
    }
    "#);
    for wrong in [json!(0), json!(-1), json!(1.5), json!("30")] {
        assert_eq!(set(wrong.clone()).await.status, 400, "{wrong}");
    }
    let old = json!({"status": "success", "executedAt": days_ago(31)});
    assert_eq!(admin.post(&app.executions(), old.clone()).await.status, 410);
    assert_eq!(
        set(Value::Null).await.json()["agent"]["retentionDays"],
        Value::Null
    );
    assert_eq!(admin.post(&app.executions(), old).await.status, 201);
    assert_eq!(admin.patch(&path, json!({})).await.status, 400);
    assert_eq!(
        app.key("read")
            .await
            .patch(&path, json!({"retentionDays": 1}))
            .await
            .status,
        403
    );
    assert_eq!(
        app.stranger()
            .await
            .patch(&path, json!({"retentionDays": 1}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn after_a_step_of_the_clock_an_owner_lets_deletion_go_on() {
    const PAGE: &str = "/settings/organization";
    const BUTTON: &str = "/_fn/let-deletion-go-on";
    let app = TestApp::start().await;
    let (owner, admin) = (app.owner().await, app.colleague(domain::Role::Admin).await);
    let step = || async {
        app.store
            .note_clock(Utc::now() - TimeDelta::days(8))
            .await
            .unwrap();
        app.store.note_clock(Utc::now()).await.unwrap();
    };
    let waits = async || {
        let runs = app.store.retention_runs(app.organization).await.unwrap();
        runs.waits_since.is_some()
    };
    step().await;
    let page = owner.get(PAGE).await;
    assert!(!page.text().contains("clock jumped"), "nothing is ever deleted");
    let limited = app.store.set_retention(app.organization, domain::Retention::Pro);
    limited.await.unwrap();
    let page = owner.get(PAGE).await;
    assert!(
        page.text().contains("clock jumped") && page.text().contains(BUTTON),
        "{page}"
    );
    let page = admin.get(PAGE).await;
    assert!(
        page.text().contains("clock jumped") && !page.text().contains(BUTTON),
        "{page}"
    );
    assert_eq!(admin.submit(BUTTON, &[]).await.status, 403);
    assert!(waits().await);
    owner.submit(BUTTON, &[]).await;
    assert!(!waits().await);
    let told = owner.get("/api/audit-events?action=retention.changed").await;
    assert_eq!(told.json()["pagination"]["total"], 2, "{told}");

    step().await;
    let plan = json!({"retention": {"plan": "pro"}});
    admin.patch("/api/organization", plan.clone()).await;
    assert!(waits().await, "an admin's plan is no owner's word");
    owner.patch("/api/organization", plan).await;
    assert!(!waits().await);
}
