//! JSON as programs really write it.

use crate::support::{Answer, Client, TestApp};
use serde_json::{Value, json};

async fn send(client: &Client, app: &TestApp, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let (path, body) = (app.executions(), body.into());
    client.send("POST", &path, Some(media_type), body).await
}

#[tokio::test]
async fn half_of_an_emoji_becomes_a_replacement_character() {
    let app = TestApp::start().await;
    let client = app.key("record,read").await;
    // What Python's `json.dumps("😀"[:1])` and JavaScript's `"😀".slice(0, 1)` write, and an escaped backslash that is none.
    let one =
        r#"{"executionId": "exec_1", "status": "success", "outputText": "a\ud83d \\ud83d \ud83d\ude00"}"#;
    assert_eq!(send(&client, &app, "application/json", one).await.status, 201);
    let read = client.get(&app.execution("exec_1")).await.json();
    assert_eq!(read["execution"]["outputText"], "a\u{fffd} \\ud83d \u{1f600}");
    let again = send(&client, &app, "application/json", one).await;
    assert_eq!(again.status, 200, "a repeat");
    let amended = client
        .send(
            "PATCH",
            &app.execution("exec_1"),
            Some("application/json"),
            r#"{"outputText": "a\udc00 \\ud83d \ud83d\ude00"}"#,
        )
        .await;
    assert_eq!(amended.status, 200, "the same text: {amended}");
}

#[tokio::test]
async fn a_broken_item_leaves_its_neighbours() {
    let app = TestApp::start().await;
    let client = app.key("record").await;
    let item = |id: u8| json!({"executionId": format!("exec_{id}"), "status": "success"}).to_string();
    let array = format!(
        "[{}, {{\"status\": \"success\", \"costUSD\": NaN}},\n{}]",
        item(1),
        item(2)
    );
    let answer = send(&client, &app, "application/json", array).await;
    assert_eq!(answer.status, 200, "{answer}");
    let results = answer.json()["results"].clone();
    let told: Vec<_> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["result"].clone())
        .collect();
    assert_eq!(told, ["created", "invalid", "created"]);
    let detail = results[1]["errors"][0]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("is not JSON") && detail.contains("line 1 column"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_byte_order_mark_is_left_out_and_other_encodings_are_named() {
    let app = TestApp::start().await;
    let client = app.key("record").await;
    let one = json!({"status": "success"}).to_string();
    for (media_type, text, status) in [
        ("application/json", one.clone(), 201),
        ("application/json", format!("[{one}]"), 200),
        ("application/x-ndjson", format!("{one}\n{one}"), 200),
    ] {
        let marked = format!("\u{feff}{text}");
        let answer = send(&client, &app, media_type, marked).await;
        assert_eq!(answer.status, status, "{text}: {answer}");
        let invalid = answer.json()["results"].as_array().map_or(0, |results| {
            results.iter().filter(|one| one["result"] == "invalid").count()
        });
        assert_eq!(invalid, 0, "{text}: {answer}");
        let mut utf16: Vec<_> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for mark in [&b""[..], b"\xff\xfe"] {
            utf16.splice(0..0, mark.iter().copied());
            let refused = send(&client, &app, media_type, utf16.clone()).await;
            let told: Value = refused.json();
            assert_eq!(told["code"], "invalid_json", "{refused}");
            assert!(
                told["detail"].as_str().unwrap().contains("send it in UTF-8"),
                "{refused}"
            );
        }
    }
}

#[tokio::test]
async fn a_time_may_have_a_space_between_date_and_time() {
    let app = TestApp::start().await;
    let client = app.key("record,read").await;
    // As Python's `str(datetime)` and PostgreSQL print it.
    let one =
        r#"{"executionId": "exec_1", "status": "success", "executedAt": "2025-11-18 08:00:00.250+00:00"}"#;
    let answer = send(&client, &app, "application/json", one).await;
    assert_eq!(
        answer.json()["execution"]["executedAt"],
        "2025-11-18T08:00:00.250Z",
        "{answer}"
    );
}
