//! `/api/tasks`, and the part of the settings page that tells the same.

use crate::support::{Answer, Client, TestApp};
use chrono::{TimeDelta, Utc};
use domain::{TaskFailure, TaskId};
use serde_json::json;
use store::ClaimedTask;

/// A task that nobody works on.
async fn begin(app: &TestApp, seconds: i64) -> TaskId {
    let at = Utc::now() + TimeDelta::seconds(seconds);
    let begun = app
        .store
        .begin_erasing_person(app.organization, vec!["ada".into()], at);
    begun.await.unwrap().task
}

async fn claim(app: &TestApp, task: &TaskId) -> ClaimedTask {
    let claimed = app.store.claim_this_task(task, Utc::now()).await.unwrap();
    claimed.unwrap()
}

/// Has the task wait for its next attempt, in an hour.
async fn fail(app: &TestApp, task: &TaskId, failure: TaskFailure) {
    let claimed = claim(app, task).await;
    let later = Utc::now() + TimeDelta::hours(1);
    app.store
        .retry_task_after(&claimed, failure, later)
        .await
        .unwrap();
}

async fn list(client: &Client, query: &str) -> Answer {
    client.get(&format!("/api/tasks{query}")).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let tasks = json["tasks"].as_array().unwrap().iter();
    tasks
        .map(|task| task["taskId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn tasks_are_listed_newest_first_and_one_by_one() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let [done, retrying, waiting] = [begin(&app, 0).await, begin(&app, 1).await, begin(&app, 2).await];
    let claimed = claim(&app, &done).await;
    app.store.finish_task(&claimed, 7, Utc::now()).await.unwrap();
    fail(&app, &retrying, TaskFailure::Database).await;

    let open = list(&admin, "").await;
    assert_eq!(ids(&open), [waiting.as_str(), retrying.as_str()]);
    assert_eq!(
        open.json()["pagination"],
        json!({"limit": 20, "offset": 0, "total": 2, "hasMore": false})
    );
    let told = &open.json()["tasks"][1];
    assert_eq!(
        (&told["kind"], &told["state"], &told["failure"], &told["attempts"]),
        (
            &json!("erase_person"),
            &json!("retrying"),
            &json!("database"),
            &json!(1)
        )
    );
    let page = list(&admin, "?state=done,waiting&state=retrying&limit=1&offset=1").await;
    assert_eq!(ids(&page), [retrying.as_str()]);
    assert_eq!(
        page.json()["pagination"],
        json!({"limit": 1, "offset": 1, "total": 3, "hasMore": true})
    );
    assert_eq!(ids(&list(&admin, "?state=done").await), [done.as_str()]);

    let one = admin.get(&format!("/api/tasks/{done}")).await;
    assert_eq!(
        (one.status.as_u16(), &one.json()["task"]["done"]),
        (200, &json!(7))
    );
    assert_eq!(one.json()["task"]["state"], "done");
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_named() {
    let app = TestApp::start().await;
    let wrong = list(&app.key("admin").await, "?state=open&limit=0&offset=-1").await;
    assert_eq!(wrong.status, 400, "{wrong}");
    let json = wrong.json();
    let errors = json["errors"].as_array().unwrap().iter();
    let fields: Vec<_> = errors.map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["state", "limit", "offset"]);
}

#[tokio::test]
async fn tasks_are_tried_again_until_they_have_ended() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let task = begin(&app, 0).await;
    let path = format!("/api/tasks/{task}/retry");
    fail(&app, &task, TaskFailure::Database).await;
    let before = Utc::now();
    let answer = owner.post(&path, json!({})).await;
    assert_eq!(answer.status, 200, "{answer}");
    let next = answer.json()["task"]["nextAttemptAt"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = domain::time::parse_instant(&next).unwrap();
    assert!(next < before + TimeDelta::minutes(1), "{next}");

    // Somebody works on it: nothing changes, and nobody is told.
    let claimed = claim(&app, &task).await;
    let answer = owner.post(&path, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["task"]["state"]),
        (200, &json!("running"))
    );
    let told = app.key("admin").await.get("/api/audit-events?action=task").await;
    assert_eq!(told.json()["pagination"]["total"], 1, "{told}");
    assert_eq!(told.json()["auditEvents"][0]["action"], "task.retried");

    app.store.finish_task(&claimed, 0, Utc::now()).await.unwrap();
    let ended = owner.post(&path, json!({})).await;
    assert_eq!(
        (ended.status.as_u16(), &ended.json()["code"]),
        (409, &json!("task_ended"))
    );
    let failing = begin(&app, 0).await;
    let claimed = claim(&app, &failing).await;
    app.store
        .fail_task(&claimed, TaskFailure::Unreadable, Utc::now())
        .await
        .unwrap();
    let ended = owner
        .post(&format!("/api/tasks/{failing}/retry"), json!({}))
        .await;
    assert_eq!(
        (ended.status.as_u16(), &ended.json()["code"]),
        (409, &json!("task_ended"))
    );
}

#[tokio::test]
async fn unknown_tasks_and_those_of_others_are_not_found() {
    let app = TestApp::start().await;
    let task = begin(&app, 0).await;
    let stranger = app.stranger().await;
    assert_eq!(ids(&list(&stranger, "").await), Vec::<String>::new());
    let (admin, other) = (app.key("admin").await, task.as_str());
    for (client, task) in [(&stranger, other), (&admin, "task_none"), (&admin, "no task")] {
        let path = format!("/api/tasks/{}", task.replace(' ', "%20"));
        assert_eq!(client.get(&path).await.status, 404, "{path}");
        let retried = client.post(&format!("{path}/retry"), json!({})).await;
        assert_eq!(retried.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_tells_and_tries_again() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let page = "/settings/organization";
    let empty = owner.get(page).await.text().to_owned();
    assert!(empty.contains("No background tasks are running."), "{empty}");
    assert!(!empty.contains("Try again"));

    let task = begin(&app, 0).await;
    fail(&app, &task, TaskFailure::MailServerUnavailable).await;
    let told = owner.get(page).await.text().to_owned();
    for words in [
        "Erasing a person’s executions",
        "Retrying",
        "The mail server could not be reached.",
        "Next attempt:",
        "Try again",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let browser = owner.clone().with("accept", "text/html").with("referer", page);
    let retried = browser
        .submit("/_fn/retry-task", &[("task_id", task.as_str())])
        .await;
    assert_eq!(retried.header("location"), page, "{retried}");
    let told = owner.get(page).await.text().to_owned();
    assert!(told.contains("shortly"), "{told}");

    let claimed = claim(&app, &task).await;
    app.store.renew_task(&claimed, 1_200).await.unwrap();
    let told = owner.get(page).await.text().to_owned();
    assert!(told.contains("1,200 of 1,200 executions"), "{told}");
    assert!(!told.contains("Try again"), "{told}");
    app.store
        .fail_task(&claimed, TaskFailure::Internal, Utc::now())
        .await
        .unwrap();
    let told = owner.get(page).await.text().to_owned();
    assert!(told.contains("Something went wrong."), "{told}");
    assert!(!told.contains("Try again"), "{told}");
}
