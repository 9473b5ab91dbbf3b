//! `POST /auth/join` and `POST /auth/switch`.

use crate::support::{EMAIL, PASSWORD, TestApp};
use domain::Role;
use serde_json::json;

/// The token of a fresh invitation.
async fn invite(app: &TestApp, email: &str) -> String {
    let fields = json!({"email": email, "role": "viewer"});
    let made = app
        .key("admin")
        .await
        .post("/api/invitations", fields)
        .await
        .json();
    let link = made["link"].as_str().unwrap();
    link.strip_prefix("/join?token=").unwrap().to_owned()
}

#[tokio::test]
async fn whoever_has_the_link_joins_once() {
    let app = TestApp::start().await;
    let token = invite(&app, "eve@acme.example").await;
    let anonymous = app.anonymous();
    let page = anonymous.get(&format!("/join?token={token}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Join Acme") && page.text().contains("eve@acme.example"));

    let short = anonymous
        .submit("/auth/join", &[("token", &token), ("password", "short")])
        .await;
    assert_eq!(
        short.header("location"),
        format!("/join?token={token}&error=password")
    );
    let fields = [("token", token.as_str()), ("password", "a very long password")];
    let joined = anonymous.submit("/auth/join", &fields).await;
    assert_eq!(joined.header("location"), "/agents");
    let eve = anonymous.clone().with("cookie", &joined.session());
    assert_eq!(eve.get(&app.executions()).await.status, 200);
    assert_eq!(eve.get("/api/members").await.status, 403);

    let again = anonymous.submit("/auth/join", &fields).await;
    assert_eq!(
        again.header("location"),
        format!("/join?token={token}&error=link")
    );
    let page = anonymous.get(&format!("/join?token={token}")).await;
    assert!(page.text().contains("does not work any more"));
}

#[tokio::test]
async fn somebody_with_an_account_shows_the_password_and_switches() {
    let app = TestApp::start().await;
    let other = app
        .store
        .ensure_organization("Globex", chrono::Utc::now())
        .await
        .unwrap();
    let token = store::token::Token::fresh();
    let new = store::NewInvitation {
        email: EMAIL,
        role: Role::Admin,
        expires_at: chrono::Utc::now() + chrono::Duration::days(7),
        by_email: false,
    };
    app.store
        .invite(other.id, &token.hash(), new, chrono::Utc::now())
        .await
        .unwrap();
    let anonymous = app.anonymous();
    let join = |password| {
        let (client, token) = (anonymous.clone(), token.reveal().to_owned());
        async move {
            client
                .submit("/auth/join", &[("token", &token), ("password", password)])
                .await
        }
    };
    let wrong = join("another long password").await;
    assert!(wrong.header("location").ends_with("error=credentials"), "{wrong}");
    let joined = join(PASSWORD).await;
    let ada = anonymous
        .clone()
        .with("cookie", &joined.session())
        .with("sec-fetch-site", "same-origin");
    let organization = async || ada.get("/api/organization").await.json()["organization"]["name"].clone();
    assert_eq!(organization().await, "Globex");
    for (name, now_in) in [
        ("Acme", "Acme"),
        ("Nowhere", "Acme"),
        ("Glo\0bex", "Acme"),
        ("Globex", "Globex"),
    ] {
        let answer = ada.submit("/auth/switch", &[("organization", name)]).await;
        assert_eq!(answer.header("location"), "/agents");
        assert_eq!(organization().await, now_in);
    }
    app.store
        .ensure_organization("Initech", chrono::Utc::now())
        .await
        .unwrap();
    ada.submit("/auth/switch", &[("organization", "Initech")]).await;
    assert_eq!(organization().await, "Globex", "to where one belongs alone");
}
