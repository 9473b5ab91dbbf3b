//! The monthly budget of a key: what it counts, and what it refuses.

use super::limits::make;
use crate::support::{Client, TestApp};
use chrono::{Datelike, NaiveDate, Utc};
use serde_json::{Value, json};

/// A program whose budget of two dollars is spent, and its key.
async fn spent(app: &TestApp) -> (Value, Client) {
    let fields = json!({"name": "CI", "scopes": ["record"], "monthlyBudgetUSD": 2});
    let (key, client) = make(app, fields).await;
    let running = json!({"executionId": "running", "status": "running", "costUSD": 0.5});
    assert_eq!(client.post(&app.executions(), running).await.status, 201);
    let done = json!({"executionId": "done", "status": "success", "costUSD": 1.500_000_001});
    assert_eq!(client.post(&app.executions(), done).await.status, 201);
    (key, client)
}

fn next_month() -> NaiveDate {
    let today = Utc::now().date_naive();
    let first = today.with_day(1).unwrap();
    first.checked_add_months(chrono::Months::new(1)).unwrap()
}

#[tokio::test]
async fn a_spent_budget_says_so_until_the_month_ends() {
    let app = TestApp::start().await;
    let (key, client) = spent(&app).await;
    let refused = client.post(&app.executions(), json!({"status": "running"})).await;
    assert_eq!(refused.status, 429, "{refused}");
    let problem = refused.json();
    assert_eq!(problem["code"], "budget_spent");
    let opens_at = format!("{}T00:00:00Z", next_month());
    let detail = format!(
        "The API key's monthly budget of 2 USD is spent: its executions of this month cost 2.000000001 USD so far. It \
         begins nothing more before {opens_at}, unless an admin raises the budget; what is running may still be finished."
    );
    assert_eq!(problem["detail"], detail);
    let opens_at = domain::time::parse_instant(&opens_at).unwrap();
    let retry_after: i64 = refused.header("retry-after").parse().unwrap();
    let left = (opens_at - Utc::now()).num_seconds();
    assert!(
        (left..left + 10).contains(&retry_after),
        "{retry_after} of {left}"
    );

    let path = format!("/api/api-keys/{}", key["apiKeyId"].as_str().unwrap());
    let shown = app.owner().await.get(&path).await.json();
    assert_eq!(shown["apiKey"]["monthlyBudgetUSD"], 2.0);
    assert_eq!(shown["apiKey"]["spentThisMonthUSD"], 2.000_000_001);
}

#[tokio::test]
async fn what_has_run_is_recorded_and_what_runs_is_finished() {
    let app = TestApp::start().await;
    let (_, client) = spent(&app).await;
    let repeat = json!({"executionId": "running", "status": "running", "costUSD": 0.5});
    assert_eq!(client.post(&app.executions(), repeat).await.status, 200);
    let end = json!({"status": "success", "costUSD": 3});
    assert_eq!(client.patch(&app.execution("running"), end).await.status, 200);
    let done = json!({"status": "failed", "costUSD": 1});
    assert_eq!(client.post(&app.executions(), done).await.status, 201);
    let other = app.key("record").await;
    assert_eq!(
        other
            .post(&app.executions(), json!({"status": "running"}))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn of_several_the_refused_ones_say_so() {
    let app = TestApp::start().await;
    let (_, client) = spent(&app).await;
    let batch = json!([
        {"executionId": "begins", "status": "running"},
        {"executionId": "whole", "status": "success"},
        {"executionId": "running", "status": "canceled"},
    ]);
    let answer = client.post(&app.executions(), batch).await;
    assert_eq!(answer.status, 200, "{answer}");
    let results = answer.json()["results"].as_array().unwrap().clone();
    let told: Vec<_> = results
        .iter()
        .map(|one| one["result"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["budget_spent", "created", "created"]);
    let detail = results[0]["detail"].as_str().unwrap();
    assert!(detail.contains("budget of 2 USD is spent"), "{detail}");
    assert_eq!(results[1].get("detail"), None);
    let missing = app.key("read").await.get(&app.execution("begins")).await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_raised_budget_opens_at_once() {
    let app = TestApp::start().await;
    let (key, client) = spent(&app).await;
    let path = format!("/api/api-keys/{}", key["apiKeyId"].as_str().unwrap());
    let admin = app.key("admin").await;
    for (budget, status) in [
        (json!(2.000_000_001), 429),
        (json!(2.000_000_002), 201),
        (json!(0), 429),
        (Value::Null, 201),
    ] {
        let changed = admin.patch(&path, json!({"monthlyBudgetUSD": budget})).await;
        assert_eq!(changed.status, 200, "{changed}");
        let begun = client.post(&app.executions(), json!({"status": "running"})).await;
        assert_eq!(begun.status, status, "with {budget}: {begun}");
    }
}
