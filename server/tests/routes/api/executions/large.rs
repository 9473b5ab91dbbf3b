//! Executions that are large: what a page shows of them, and what their whole costs.

use crate::support::TestApp;
use domain::{ExecutionFilter, ExportFormat};
use insta::assert_snapshot;
use serde_json::{Map, json};
use service::{Caller, Error, ExportError};

const MEBIBYTE: usize = 1 << 20;

impl TestApp {
    async fn record(&self, execution: serde_json::Value) {
        let answer = self.key("record").await.post(&self.executions(), execution).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// The page with this execution open, and the same as the browser asks for it.
    async fn opened(&self, id: &str) -> [String; 2] {
        let owner = self.owner().await;
        let page = owner
            .get(&format!("/agents/{}/executions?execution={id}", self.agent))
            .await;
        assert_eq!(page.status, 200);
        let fields = [("agent_id", &*self.agent), ("execution_id", id), ("query", "")];
        let data = owner.submit("/_fn/execution", &fields).await;
        assert_eq!(data.status, 200);
        [page.text().to_owned(), data.text().to_owned()]
    }
}

#[tokio::test]
async fn a_page_shows_texts_up_to_a_bound_and_says_so() {
    let app = TestApp::start().await;
    let texts = |id: &str, bytes: usize| {
        let text = |letter: &str| letter.repeat(bytes);
        json!({
            "executionId": id, "status": "failed", "outputText": text("o"), "systemPrompt": text("s"),
            "userPrompt": text("u"), "errorMessage": text("e"),
            // With what JSON puts around it.
            "metadata": {"m": "m".repeat(bytes - 13)},
        })
    };
    app.record(texts("exec_short", 100_000)).await;
    for shown in app.opened("exec_short").await {
        assert!(!shown.contains("are shown.") && !shown.contains("\"part\""));
        for letter in ["o", "s", "u", "e"] {
            assert!(shown.contains(&letter.repeat(100_000)), "{letter}");
        }
    }
    app.record(texts("exec_long", 100_001)).await;
    let [page, data] = app.opened("exec_long").await;
    for letter in ["o", "s", "u", "e"] {
        for shown in [&page, &data] {
            assert!(shown.contains(&letter.repeat(100_000)), "{letter}");
            assert!(!shown.contains(&letter.repeat(100_001)), "{letter}");
        }
    }
    assert_eq!(
        page.matches("The first 100,000 of 100,001 bytes are shown.")
            .count(),
        5
    );
    let link = format!(
        "href=\"{}\" rel=\"external\" download=\"exec_long.json\"",
        app.execution("exec_long")
    );
    assert_eq!(page.matches(&link).count(), 5);
    let whole = app.key("read").await.get(&app.execution("exec_long")).await;
    assert_eq!(
        whole.json()["execution"]["outputText"].as_str().unwrap().len(),
        100_001
    );
}

#[tokio::test]
async fn a_page_shows_so_many_variables_and_of_the_last_its_beginning() {
    let app = TestApp::start().await;
    let variables = |count: usize| -> Map<_, _> {
        (0..count)
            .map(|number| (format!("name_{number}"), json!(number)))
            .collect()
    };
    app.record(json!({"executionId": "exec_200", "status": "success", "inputVariables": variables(200)}))
        .await;
    for shown in app.opened("exec_200").await {
        assert!(shown.contains("name_199") && !shown.contains("are shown."));
    }
    app.record(json!({"executionId": "exec_201", "status": "success", "inputVariables": variables(201)}))
        .await;
    let [page, data] = app.opened("exec_201").await;
    assert!(page.contains("200 of 201 variables are shown."));
    for shown in [&page, &data] {
        assert!(shown.contains("name_199") && !shown.contains("name_200"));
    }

    let letter = json!({"letter": "l".repeat(MEBIBYTE), "topic": "t"});
    app.record(json!({"executionId": "exec_letter", "status": "success", "inputVariables": letter}))
        .await;
    let [page, data] = app.opened("exec_letter").await;
    assert!(page.contains("1 of 2 variables are shown. Of letter, the first 100 kB of 1 MB are shown."));
    assert!(page.len() < 500_000 && data.len() < 150_000);
}

#[tokio::test]
async fn a_version_shows_prompts_up_to_the_same_bound() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let admin = app.key("admin").await;
    let path = format!("/api/agents/{}/versions", app.agent);
    for bytes in [100_000, 100_001] {
        let version = json!({"model": "m1", "userPromptTemplate": "p".repeat(bytes)});
        assert_eq!(admin.post(&path, version).await.status, 201);
        let page = owner.get(&format!("/agents/{}/versions", app.agent)).await;
        assert_eq!(
            page.text()
                .contains("Of longer prompts, the first 100 kB are shown."),
            bytes > 100_000
        );
        assert!(page.text().contains(&"p".repeat(100_000)));
        assert!(!page.text().contains(&"p".repeat(100_001)));
    }
}

#[tokio::test]
async fn the_whole_waits_for_what_others_have_not_taken() {
    let app = TestApp::start().await;
    let output = "\u{e4}\n".repeat(MEBIBYTE);
    app.record(json!({"executionId": "exec_1", "status": "success", "outputText": output}))
        .await;
    let key = app.key("read").await;
    let whole = key.get(&app.execution("exec_1")).await;
    assert_eq!(whole.header("content-type"), "application/json");
    assert_eq!(whole.json()["execution"]["outputText"], json!(output));

    let answers = &app.state.service.answers;
    let own = answers.take(app.organization, 30 * MEBIBYTE).await.unwrap();
    let refused = key.get(&app.execution("exec_1")).await;
    assert_eq!(refused.header("retry-after"), "1");
    assert_snapshot!(refused, @r#"
    429 Too Many Requests
    {
      "type": "about:blank",
      "title": "Too Many Requests",
      "status": 429,
      "detail": "Large answers to this organization wait for clients that read them slowly; read them first, and try again.",
      "code": "answers_unread"
    }
    "#);
    let export = key.get(&app.execution("export?format=ndjson")).await;
    assert_eq!(export.status, 429);
    drop(own);
    let other = app
        .store
        .ensure_organization("Globex", chrono::Utc::now())
        .await
        .unwrap();
    let held = (
        answers.take(other.id, 32 * MEBIBYTE).await.unwrap(),
        answers.take(app.organization, 14 * MEBIBYTE).await.unwrap(),
    );
    let refused = key.get(&app.execution("exec_1")).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("retry-after")),
        (503, "1")
    );
    assert_eq!(refused.json()["code"], "busy");
    drop(held);
    assert_eq!(key.get(&app.execution("exec_1")).await.status, 200);

    let (owner, page) = (
        app.owner().await,
        format!("/agents/{}/executions?execution=exec_1", app.agent),
    );
    let own = answers.take(app.organization, 32 * MEBIBYTE).await.unwrap();
    assert_eq!(owner.get(&page).await.status, 429, "a page is an answer too");
    drop(own);
    assert_eq!(owner.get(&page).await.status, 200);
}

#[tokio::test]
async fn an_export_that_found_no_memory_goes_on_where_it_was() {
    let app = TestApp::start().await;
    for number in 0..3 {
        let output = "a".repeat(5 * MEBIBYTE);
        app.record(
            json!({"executionId": format!("exec_{number}"), "status": "success", "outputText": output}),
        )
        .await;
    }
    let (service, agent) = (app.service(), app.agent.parse().unwrap());
    let (operator, all) = (Caller::operator(app.organization), ExecutionFilter::default());
    let mut export = service
        .begin_export(&operator, agent, all, ExportFormat::Ndjson)
        .await
        .unwrap();
    let answers = &service.answers;
    let mut lines = 0;
    for page in 1..=3 {
        let held = answers.take(app.organization, 30 * MEBIBYTE).await.unwrap();
        for _ in 0..2 {
            let refused = export.next().await;
            assert!(
                matches!(refused, Err(ExportError::Service(Error::Exhausted(_)))),
                "{refused:?}"
            );
        }
        assert_eq!(export.rows(), page - 1);
        drop(held);
        let bytes = export.next().await.unwrap().unwrap();
        lines += bytes.iter().filter(|byte| **byte == b'\n').count();
    }
    assert!(export.next().await.unwrap().is_none());
    assert_eq!(lines, 3);
}
