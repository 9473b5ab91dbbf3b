use crate::support::TestApp;
use insta::assert_snapshot;
use serde_json::json;

fn versions(app: &TestApp) -> String {
    format!("/api/agents/{}/versions", app.agent)
}

#[tokio::test]
async fn versions_are_numbered_and_one_is_in_use() {
    let app = TestApp::start().await;
    let key = app.key("admin,read").await;
    let first =
        json!({"model": "gemini-1.5-pro", "userPromptTemplate": "Answer {{question}}", "activate": true});
    assert_snapshot!(key.post(&versions(&app), first).await, @r#"
    201 Created
    {
      "version": {
        "number": 1,
        "model": "gemini-1.5-pro",
        "temperature": null,
        "systemPrompt": null,
        "userPromptTemplate": "Answer {{question}}",
        "createdAt": "[now]",
        "active": true
      }
    }
    "#);
    let second = json!({
        "model": "gemini-1.5-flash",
        "temperature": 0.2,
        "systemPrompt": "Be brief.",
        "userPromptTemplate": "Answer {{question}}",
    });
    assert_eq!(
        key.post(&versions(&app), second).await.json()["version"]["active"],
        false
    );
    let activate = format!("{}/2/activate", versions(&app));
    assert_snapshot!(key.send("POST", &activate, None, "").await, @r#"
    200 OK
    {
      "version": {
        "number": 2,
        "model": "gemini-1.5-flash",
        "temperature": 0.2,
        "systemPrompt": "Be brief.",
        "userPromptTemplate": "Answer {{question}}",
        "createdAt": "[now]",
        "active": true
      }
    }
    "#);
    assert_snapshot!(key.get(&versions(&app)).await, @r#"
    200 OK
    {
      "versions": [
        {
          "number": 2,
          "model": "gemini-1.5-flash",
          "temperature": 0.2,
          "systemPrompt": "Be brief.",
          "userPromptTemplate": "Answer {{question}}",
          "createdAt": "[now]",
          "active": true
        },
        {
          "number": 1,
          "model": "gemini-1.5-pro",
          "temperature": null,
          "systemPrompt": null,
          "userPromptTemplate": "Answer {{question}}",
          "createdAt": "[now]",
          "active": false
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn an_unknown_version_is_a_404() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    for number in ["1", "0", "-1", "V1", "99999999999"] {
        let path = format!("{}/{number}/activate", versions(&app));
        assert_eq!(
            admin.send("POST", &path, None, "").await.json()["detail"],
            "There is no such version.",
            "{number}"
        );
    }
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let body = json!({"model": "", "temperature": -1, "systemPrompt": 5, "activate": "yes"});
    assert_snapshot!(admin.post(&versions(&app), body).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "model",
          "detail": "must be 1 to 200 characters on one line"
        },
        {
          "field": "temperature",
          "detail": "must be a number from 0 to 2"
        },
        {
          "field": "systemPrompt",
          "detail": "must be a string"
        },
        {
          "field": "userPromptTemplate",
          "detail": "is required: a string"
        },
        {
          "field": "activate",
          "detail": "must be true or false"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_no_database_can_keep_is_named() {
    let app = TestApp::start().await;
    let wrong = json!({"model": "m", "systemPrompt": "a\0", "userPromptTemplate": "\0"});
    let answer = app.key("admin").await.post(&versions(&app), wrong).await;
    assert_eq!(answer.status, 400);
    let errors = answer.json()["errors"].clone();
    let expected = ["systemPrompt", "userPromptTemplate"]
        .map(|field| json!({"field": field, "detail": "must not contain the character U+0000"}));
    assert_eq!(errors, json!(expected));
}
