//! `POST /api/members/{userId}/password-reset`, `/reset-password` and `POST /auth/reset-password`.

use crate::support::{EMAIL, PASSWORD, TestApp};
use domain::Role;
use insta::assert_snapshot;
use serde_json::json;

const NEW: &str = "a very new password";

/// Where a member's password is reset.
async fn path(app: &TestApp, email: &str) -> String {
    let members = app.key("admin").await.get("/api/members").await.json();
    let members = members["members"].as_array().unwrap().clone();
    let member = members.iter().find(|member| member["email"] == email).unwrap();
    format!(
        "/api/members/{}/password-reset",
        member["userId"].as_str().unwrap()
    )
}

#[tokio::test]
async fn somebody_who_forgot_the_password_chooses_another_one_once() {
    let app = TestApp::start().await;
    let viewer = app.colleague(Role::Viewer).await;
    let made = app
        .key("admin")
        .await
        .post(&path(&app, "viewer@acme.example").await, json!({}))
        .await;
    assert_eq!(made.status, 201, "{made}");
    let link = made.json()["link"].as_str().unwrap().to_owned();
    let token = link.strip_prefix("/reset-password?token=").unwrap();

    let anonymous = app.anonymous();
    let page = anonymous.get(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("viewer@acme.example"), "{page}");
    let choose = async |password| {
        anonymous
            .submit(
                "/auth/reset-password",
                &[("token", token), ("password", password)],
            )
            .await
    };
    let short = choose("short").await;
    assert_eq!(short.header("location"), format!("{link}&error=password"));
    assert_eq!(viewer.get(&app.executions()).await.status, 200);

    let done = choose(NEW).await;
    assert_snapshot!(done, @"303 See Other → /sign-in?done=password");
    assert_eq!(
        viewer.get(&app.executions()).await.status,
        401,
        "signed out everywhere"
    );
    let page = anonymous.get(done.header("location")).await;
    assert!(page.text().contains("The password is changed"));
    let sign_in = async |password| {
        let form = [("email", "viewer@acme.example"), ("password", password)];
        anonymous
            .submit("/auth/sign-in", &form)
            .await
            .header("location")
            .to_owned()
    };
    assert_eq!(sign_in(NEW).await, "/agents");
    assert!(sign_in(PASSWORD).await.contains("error=credentials"));

    assert_eq!(choose(NEW).await.header("location"), format!("{link}&error=link"));
    assert!(anonymous.get(&link).await.text().contains("expired or was used"));
}

#[tokio::test]
async fn an_admin_takes_over_neither_owners_nor_accounts_of_other_organizations() {
    let app = TestApp::start().await;
    let admin = app.colleague(Role::Admin).await;
    app.colleague(Role::Viewer).await;
    let refused = admin.post(&path(&app, EMAIL).await, json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (403, &json!("owners_only"))
    );

    let now = chrono::Utc::now();
    let other = app.store.ensure_organization("Globex", now).await.unwrap();
    let token = store::token::Token::fresh().hash();
    let new = store::NewInvitation {
        email: "viewer@acme.example",
        role: Role::Viewer,
        expires_at: now + chrono::Duration::days(1),
        by_email: false,
    };
    app.store.invite(other.id, &token, new, now).await.unwrap();
    app.store
        .accept_invitation(&token, None, now)
        .await
        .unwrap()
        .unwrap();
    let viewer = path(&app, "viewer@acme.example").await;
    assert_snapshot!(admin.post(&viewer, json!({})).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "The person belongs to another organization too, so no single one of them resets the password: the person does, by e-mail from the sign-in page where the server sends it, or else the operator, by `agent-ledger user reset-password`.",
      "code": "belongs_elsewhere"
    }
    "#);

    let own = path(&app, "admin@acme.example").await;
    assert_snapshot!(admin.post(&own, json!({})).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "Your own password is changed under Account, by means of the old one.",
      "code": "own_password"
    }
    "#);
}

#[tokio::test]
async fn the_page_shows_the_link_once_also_without_wasm() {
    let app = TestApp::start().await;
    let owner = app.owner().await.with("accept", "text/html");
    app.colleague(Role::Viewer).await;
    let viewer = path(&app, "viewer@acme.example").await;
    let id = viewer.split('/').nth(3).unwrap();
    let sent = owner
        .clone()
        .with("referer", "http://ledger.example/settings/members")
        .submit("/_fn/reset-member-password", &[("user_id", id)])
        .await;
    let (cookie, _) = sent.header("set-cookie").split_once(';').unwrap();
    let token = cookie.strip_prefix("agent_ledger_reset=").unwrap();
    let page = owner
        .clone()
        .also("cookie", cookie)
        .get("/settings/members")
        .await;
    let link = format!("http://ledger.example/reset-password?token={token}");
    assert!(page.text().contains(&link), "{page}");
    assert!(!owner.get("/settings/members").await.text().contains(token));
}
