//! `POST /api/erasures`, and the page that does the same.

use crate::support::{Client, TestApp};
use serde_json::{Value, json};

async fn ask(client: &Client, body: Value) -> crate::support::Answer {
    client.post("/api/erasures", body).await
}

/// Records three executions, two of them somebody's.
async fn record(app: &TestApp) {
    let executions = json!([
        {"executionId": "exec_1", "status": "success", "executedBy": "mira"},
        {"executionId": "exec_2", "status": "success", "executedBy": "mira"},
        {"executionId": "exec_3", "status": "success", "executedBy": "noor"},
    ]);
    let recorded = app.key("record").await.post(&app.executions(), executions).await;
    assert_eq!(recorded.status, 200, "{recorded}");
}

/// Waits until so many of the person's executions are left.
async fn left(client: &Client, who: &str, expected: u64) {
    let mut told = json!(null);
    for _ in 0..200 {
        let dry = ask(client, json!({"executedBy": who, "dryRun": true})).await;
        told = dry.json()["executions"].clone();
        if told == expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(told, expected, "executions of {who}");
}

#[tokio::test]
async fn what_somebody_executed_is_told_and_then_erased() {
    let app = TestApp::start().await;
    app.work();
    let admin = app.key("admin").await;
    record(&app).await;
    let dry = ask(&admin, json!({"executedBy": "mira", "dryRun": true})).await;
    assert_eq!(dry.status, 200);
    let told = dry.json();
    assert_eq!(
        (&told["executions"], &told["agents"][0]["name"]),
        (&json!(2), &json!("Support"))
    );

    let begun = ask(&admin, json!({"executedBy": " mira "})).await;
    assert_eq!(begun.status, 202);
    assert_eq!(begun.json()["executions"], 2);
    left(&admin, "mira", 0).await;
    left(&admin, "noor", 1).await;
    let nobody = ask(&admin, json!({"executedBy": " ", "dryRun": "no", "who": 1})).await;
    let errors = nobody.json()["errors"].as_array().unwrap().clone();
    let fields: Vec<_> = errors
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(nobody.status, 400);
    assert_eq!(fields, ["executedBy", "dryRun", "who"]);
    let no_text = ask(&admin, json!({"executedBy": "mi\u{0}ra"})).await;
    assert_eq!(no_text.status, 400, "{no_text}");
    assert_eq!(no_text.json()["errors"][0]["field"], "executedBy");
}

#[tokio::test]
async fn what_a_member_ran_is_found_by_the_address_of_one_of_the_own_organization() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let ran = owner.post(&app.executions(), json!({"status": "success"})).await;
    assert_eq!(ran.status, 201, "{ran}");
    left(&app.key("admin").await, crate::support::EMAIL, 1).await;
    left(&app.stranger().await, crate::support::EMAIL, 0).await;
}

#[tokio::test]
async fn the_page_tells_first_and_erases_then() {
    let app = TestApp::start().await;
    app.work();
    let owner = app.owner().await;
    record(&app).await;
    let page = "/settings/organization?erase=mira";
    let looked = owner.get(page).await.text().to_owned();
    assert!(looked.contains("2 executions of mira."), "{looked}");
    assert!(looked.contains("Erase 2 executions"));
    let browser = owner.clone().with("accept", "text/html");
    let begun = browser.submit("/_fn/erase-person", &[("who", "mira")]).await;
    assert_eq!(begun.header("location"), format!("{page}&begun=2#erase"));
    left(&app.key("admin").await, "mira", 0).await;
    let over = owner.get(begun.header("location")).await.text().to_owned();
    assert!(over.contains("Erased: 2 executions of mira."), "{over}");
    let nobody = owner
        .get("/settings/organization?erase=nobody")
        .await
        .text()
        .to_owned();
    assert!(nobody.contains("There are no executions of nobody."));
}

#[tokio::test]
async fn an_agents_own_days_are_looked_at_first_and_bounded_by_the_plan() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let hours_ago = |hours| (chrono::Utc::now() - chrono::Duration::hours(hours)).to_rfc3339();
    let executions = json!([
        {"status": "success", "executedAt": hours_ago(1)},
        {"status": "success", "executedAt": hours_ago(50)},
        {"status": "running", "executedAt": hours_ago(50)},
    ]);
    app.key("record").await.post(&app.executions(), executions).await;
    let plan = json!({"retention": {"plan": "standard"}});
    assert_eq!(owner.patch("/api/organization", plan).await.status, 200);
    let page = format!("/agents/{}/retention", app.agent);
    let now = owner.get(&page).await.text().to_owned();
    assert!(
        now.contains("The organization keeps executions 90 days. This agent&#x27;s are kept as long.")
            || now.contains("The organization keeps executions 90 days. This agent's are kept as long."),
        "{now}"
    );
    let looked = owner.get(&format!("{page}?days=2")).await.text().to_owned();
    assert!(
        looked.contains("Kept 2 days, 1 execution would be deleted"),
        "{looked}"
    );
    let too_many = owner.get(&format!("{page}?days=90")).await.text().to_owned();
    assert!(
        too_many.contains("must be a whole number from 1 to 89"),
        "{too_many}"
    );

    let browser = owner.clone().with("accept", "text/html");
    let fields = [("agent_id", app.agent.as_str()), ("days", "2")];
    let set = browser.submit("/_fn/set-agent-retention", &fields).await;
    assert_eq!(set.header("location"), format!("{page}?done=days"));
    let now = owner.get(&page).await.text().to_owned();
    assert!(now.contains("are kept 2 days."), "{now}");
    let fields = [("agent_id", app.agent.as_str()), ("days", "")];
    browser.submit("/_fn/set-agent-retention", &fields).await;
    let agent = owner.get(&format!("/api/agents/{}", app.agent)).await.json();
    assert_eq!(agent["agent"]["retentionDays"], Value::Null);
}
