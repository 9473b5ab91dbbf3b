//! `DELETE /api/organization`, and the page that does the same.

use crate::support::{Client, EMAIL, PASSWORD, TestApp};
use domain::{Role, SessionOrigin};
use insta::assert_snapshot;
use serde_json::{Value, json};
use service::{Service, tasks};
use std::time::Duration;
use store::Identity;
use store::token::Token;
use tokio_util::sync::CancellationToken;

async fn delete(client: &Client, body: Value) -> crate::support::Answer {
    let path = "/api/organization";
    client
        .send("DELETE", path, Some("application/json"), body.to_string())
        .await
}

/// The owner, signed in that many minutes ago.
async fn owner_since(app: &TestApp, minutes: i64) -> Client {
    let (token, now) = (Token::fresh(), chrono::Utc::now());
    let (began, end) = (
        now - chrono::Duration::minutes(minutes),
        now + chrono::Duration::hours(1),
    );
    let origin = SessionOrigin::default();
    app.store
        .create_session(&token.hash(), &app.owner, app.organization, &origin, began, end)
        .await
        .unwrap();
    app.anonymous()
        .with("cookie", &format!("al_session={}", token.reveal()))
        .with("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn an_owner_deletes_it_by_its_name_and_a_password() {
    let app = TestApp::start().await;
    let (owner, admin) = (app.owner().await, app.colleague(Role::Admin).await);
    let (key, elsewhere) = (app.key("read,admin").await, app.other_store().await);
    assert_eq!(
        delete(&admin, json!({"name": "Acme", "password": PASSWORD}))
            .await
            .status,
        403
    );
    assert_eq!(
        delete(&key, json!({"name": "Acme", "password": PASSWORD}))
            .await
            .status,
        403
    );
    assert_snapshot!(delete(&owner, json!({"name": "Globex"})).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "name",
          "detail": "must be \"Acme\", the name of the organization that is to be deleted"
        }
      ]
    }
    "#);
    for wrong in [
        json!({"name": "Acme"}),
        json!({"name": "Acme", "password": "wrong password"}),
    ] {
        let refused = delete(&owner, wrong).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["errors"][0]["field"], "password");
    }
    assert_eq!(owner.get(&app.executions()).await.status, 200);

    let deleted = delete(&owner, json!({"name": "Acme", "password": PASSWORD})).await;
    assert_eq!(deleted.status, 204, "{deleted}");
    for somebody in [&owner, &admin, &key] {
        assert_eq!(somebody.get(&app.executions()).await.status, 401);
    }
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(
        app.anonymous().submit("/auth/sign-in", &fields).await.session(),
        ""
    );
    assert_eq!(elsewhere.being_deleted().await.unwrap(), [app.organization]);
    // Another server goes on with it.
    let stop = CancellationToken::new();
    let settings = tasks::Settings {
        abandon_after: chrono::TimeDelta::minutes(15),
    };
    let worker = tokio::spawn(tasks::run(
        Service::new(elsewhere.clone(), None),
        settings,
        stop.clone(),
    ));
    while !elsewhere.being_deleted().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(elsewhere.being_deleted().await.unwrap(), []);
}

#[tokio::test]
async fn somebody_without_a_password_has_signed_in_just_now() {
    let app = TestApp::start().await;
    let body = json!({"name": "Acme"});
    let (fresh, stale) = (owner_since(&app, 1).await, owner_since(&app, 6).await);
    assert_eq!(
        delete(&fresh, body.clone()).await.status,
        400,
        "there is a password"
    );
    let identity = Identity {
        issuer: "https://sso.example",
        subject: "ada",
    };
    let now = chrono::Utc::now();
    app.store.link_identity(identity, &app.owner, now).await.unwrap();
    let refused = delete(&stale, body.clone()).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json()["errors"][0]["detail"],
        "is required, unless you signed in by single sign-on within the last 5 minutes"
    );
    assert_eq!(delete(&fresh, body).await.status, 204);
}

#[tokio::test]
async fn the_page_deletes_it_for_owners_alone() {
    let app = TestApp::start().await;
    let (owner, admin) = (app.owner().await, app.colleague(Role::Admin).await);
    let page = "/settings/organization";
    let form = |name, password| [("name", name), ("password", password)];
    let offers = async |client: &Client| {
        client
            .get(page)
            .await
            .text()
            .contains("/auth/delete-organization")
    };
    assert!(offers(&owner).await);
    assert!(!offers(&admin).await);
    let submit = async |client: &Client, name, password| {
        client
            .submit("/auth/delete-organization", &form(name, password))
            .await
    };
    assert_eq!(submit(&admin, "Acme", PASSWORD).await.status, 403);
    assert_eq!(submit(&app.anonymous(), "Acme", PASSWORD).await.status, 401);
    let elsewhere = owner.clone().with("sec-fetch-site", "cross-site");
    assert_eq!(submit(&elsewhere, "Acme", PASSWORD).await.status, 403);
    for (name, password, error) in [
        ("acme", PASSWORD, "name"),
        ("Acme", "wrong password", "credentials"),
    ] {
        let back = submit(&owner, name, password).await;
        assert_eq!(back.header("location"), format!("{page}?error={error}"));
    }
    let told = owner.get(&format!("{page}?error=name")).await;
    assert!(told.text().contains("That is not the name of this organization."));

    let done = submit(&owner, "Acme", PASSWORD).await;
    assert_eq!(done.header("location"), "/sign-in?done=deleted");
    assert_eq!(owner.get("/api/agents").await.status, 401);
    let told = app.anonymous().get("/sign-in?done=deleted").await;
    assert!(told.text().contains("The organization is deleted."));
}
