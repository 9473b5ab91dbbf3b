//! Bodies that cannot be taken.

use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;
use std::{
    io::Write,
    process::{Command, Stdio},
};

const LIMIT: usize = 32 << 20;

#[tokio::test]
async fn broken_json_is_told_with_its_place() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let answer = recorder
        .send(
            "POST",
            &app.executions(),
            Some("application/json"),
            "{\"status\": \"success\",\n oops}",
        )
        .await;
    assert_snapshot!(answer, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "The body is not JSON: key must be a string at line 2 column 2.",
      "code": "invalid_json"
    }
    "#);
    let empty = recorder
        .send("POST", &app.executions(), Some("application/json"), "")
        .await;
    assert_snapshot!(empty, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "The body is not JSON: EOF while parsing a value at line 1 column 0.",
      "code": "invalid_json"
    }
    "#);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let app = TestApp::start().await;
    let recorder = app.key("record,admin").await;
    for content_type in [
        None,
        Some("application/x-www-form-urlencoded"),
        Some("text/plain"),
    ] {
        let answer = recorder.send("POST", &app.executions(), content_type, "{}").await;
        assert_eq!(answer.status, 415, "{content_type:?}");
    }
    assert_snapshot!(recorder.send("POST", &app.executions(), Some("text/csv"), "{}").await, @r#"
    415 Unsupported Media Type
    {
      "type": "about:blank",
      "title": "Unsupported Media Type",
      "status": 415,
      "detail": "`Content-Type` must be application/json or application/x-ndjson.",
      "code": "unsupported_media_type"
    }
    "#);
    assert_snapshot!(recorder.send("POST", "/api/agents", Some("application/x-ndjson"), "{}").await, @r#"
    415 Unsupported Media Type
    {
      "type": "about:blank",
      "title": "Unsupported Media Type",
      "status": 415,
      "detail": "`Content-Type` must be application/json.",
      "code": "unsupported_media_type"
    }
    "#);
    let with_charset = Some("Application/JSON; charset=utf-8");
    let answer = recorder
        .send("POST", &app.executions(), with_charset, r#"{"status":"success"}"#)
        .await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let answer = recorder
        .send(
            "POST",
            &app.executions(),
            Some("application/json"),
            vec![b' '; LIMIT + 1],
        )
        .await;
    assert_snapshot!(answer, @r#"
    413 Payload Too Large
    {
      "type": "about:blank",
      "title": "Payload Too Large",
      "status": 413,
      "detail": "The body may have 32 MiB at most, unpacked.",
      "code": "body_too_large"
    }
    "#);
}

#[tokio::test]
async fn a_packed_body_is_unpacked_up_to_the_limit() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await.with("content-encoding", "gzip");
    let post = |body: Vec<u8>| {
        let (recorder, path) = (recorder.clone(), app.executions());
        async move { recorder.send("POST", &path, Some("application/json"), body).await }
    };
    assert_eq!(post(gzip(br#"{"status":"success"}"#)).await.status, 201);
    for coding in ["GZIP", "x-gzip", "X-Gzip"] {
        let recorder = recorder.clone().with("content-encoding", coding);
        let body = gzip(br#"{"status":"success"}"#);
        let answer = recorder
            .send("POST", &app.executions(), Some("application/json"), body)
            .await;
        assert_eq!(answer.status, 201, "{coding}");
    }
    let plain = app.key("record").await.with("content-encoding", "Identity");
    assert_eq!(
        plain
            .post(&app.executions(), json!({"status": "success"}))
            .await
            .status,
        201
    );
    assert_eq!(
        post(gzip(&vec![b' '; LIMIT + 1])).await.json()["code"],
        "body_too_large"
    );
    assert_snapshot!(post(b"not gzip".to_vec()).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "The body broke off or could not be unpacked.",
      "code": "incomplete_body"
    }
    "#);
    let brotli = app.key("record").await.with("content-encoding", "br");
    assert_snapshot!(brotli.send("POST", &app.executions(), Some("application/json"), "x").await, @r#"
    415 Unsupported Media Type
    {
      "type": "about:blank",
      "title": "Unsupported Media Type",
      "status": 415,
      "detail": "The body's encoding is not taken; send it plain or as gzip.",
      "code": "unsupported_encoding"
    }
    "#);
}

#[tokio::test]
async fn a_thousand_and_first_item_is_refused() {
    let app = TestApp::start().await;
    let recorder = app.key("record,read").await;
    let items = |count: usize| vec![r#"{"status":"success","executedAt":"2025-11-18T09:45:00Z"}"#; count];
    let array = format!("[{}]", items(1_001).join(","));
    let answer = recorder
        .send("POST", &app.executions(), Some("application/json"), array)
        .await;
    assert_snapshot!(answer, @r#"
    413 Payload Too Large
    {
      "type": "about:blank",
      "title": "Payload Too Large",
      "status": 413,
      "detail": "A request may hold 1,000 executions at most.",
      "code": "too_many_items"
    }
    "#);
    let lines = items(1_001).join("\n");
    let answer = recorder
        .send("POST", &app.executions(), Some("application/x-ndjson"), lines)
        .await;
    assert_eq!(answer.json()["code"], "too_many_items");
    assert_eq!(
        recorder.get(&app.executions()).await.json()["pagination"]["total"],
        0
    );

    let lines = items(1_000).join("\n\n");
    let answer = recorder
        .send("POST", &app.executions(), Some("application/x-ndjson"), lines)
        .await;
    assert_eq!(answer.json()["results"].as_array().unwrap().len(), 1_000);
    assert_eq!(
        recorder.get(&app.executions()).await.json()["pagination"]["total"],
        1_000
    );
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new("gzip")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes).unwrap());
    let output = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    output
}
