use crate::support::{Client, EMAIL, PASSWORD, TestApp};
use insta::assert_snapshot;
use store::LinkPurpose;

async fn sign_in(client: &Client, email: &str, password: &str, next: &str) -> crate::support::Answer {
    let form = [("email", email), ("password", password), ("next", next)];
    client.submit("/auth/sign-in", &form).await
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let app = TestApp::start().await;
    let answer = sign_in(
        &app.anonymous(),
        " Ada@Acme.example ",
        PASSWORD,
        "/agents/x?page=2",
    )
    .await;
    assert_snapshot!(answer, @"303 See Other → /agents/x?page=2");
    let attributes = answer.header("set-cookie").split_once(';').unwrap().1;
    assert_snapshot!(attributes, @" Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    let browser = app.anonymous().with("cookie", &answer.session());
    assert_eq!(browser.get("/api/agents").await.status, 200);
}

#[tokio::test]
async fn wrong_password_and_unknown_address_look_alike() {
    let app = TestApp::start().await;
    let wrong = sign_in(&app.anonymous(), EMAIL, "wrong", "/agents/x").await;
    assert_snapshot!(wrong, @"303 See Other → /sign-in?error=credentials&next=%2Fagents%2Fx");
    assert_eq!(wrong.session(), "");
    let unknown = sign_in(&app.anonymous(), "eve@acme.example", PASSWORD, "/agents/x").await;
    assert_eq!(unknown.to_string(), wrong.to_string());
    let unspeakable = sign_in(&app.anonymous(), "eve\0@acme.example", PASSWORD, "/agents/x").await;
    assert_eq!(unspeakable.to_string(), wrong.to_string());
}

#[tokio::test]
async fn the_sixth_guess_is_not_even_checked() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        sign_in(&app.anonymous(), EMAIL, "wrong", "").await;
    }
    assert_snapshot!(sign_in(&app.anonymous(), EMAIL, PASSWORD, "").await, @"303 See Other → /sign-in?error=throttled&next=%2Fagents");
}

#[tokio::test]
async fn it_leads_nowhere_else() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        let answer = sign_in(&app.anonymous(), EMAIL, PASSWORD, next).await;
        assert_eq!(answer.header("location"), "/agents", "{next:?}");
    }
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_in() {
    let app = TestApp::start().await;
    let elsewhere = app.anonymous().with("sec-fetch-site", "cross-site");
    assert_eq!(sign_in(&elsewhere, EMAIL, PASSWORD, "").await.status, 403);
    let elsewhere = app.anonymous().with("origin", "https://evil.example");
    assert_eq!(sign_in(&elsewhere, EMAIL, PASSWORD, "").await.status, 403);
}

#[tokio::test]
async fn half_a_form_is_refused() {
    let app = TestApp::start().await;
    let answer = app.anonymous().submit("/auth/sign-in", &[("email", EMAIL)]).await;
    assert_snapshot!(answer, @r#"
    422 Unprocessable Entity
    {
      "type": "about:blank",
      "title": "Unprocessable Entity",
      "status": 422,
      "detail": "Failed to deserialize form body: missing field `password`",
      "code": "invalid_form"
    }
    "#);
    let long = "x".repeat(20_000);
    assert_eq!(sign_in(&app.anonymous(), EMAIL, &long, "").await.status, 413);
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let app = TestApp::start().await;
    let expires_at = chrono::Utc::now() + chrono::Duration::hours(1);
    let token = server::auth::token::hash("letmein");
    app.store
        .create_link(
            &token,
            LinkPurpose::SignIn,
            Some((&app.owner, app.organization)),
            expires_at,
        )
        .await
        .unwrap();
    app.anonymous().head("/sign-in?token=letmein").await;
    let first = app.anonymous().get("/sign-in?token=letmein").await;
    assert_snapshot!(first, @"303 See Other → /agents");
    let browser = app.anonymous().with("cookie", &first.session());
    assert_eq!(browser.get("/api/agents").await.status, 200);
    let second = app.anonymous().get("/sign-in?token=letmein").await;
    assert_snapshot!(second, @"303 See Other → /sign-in?error=link");
    assert_eq!(second.session(), "");
}

#[tokio::test]
async fn the_demos_link_works_again_and_again() {
    let app = TestApp::start_demo().await;
    for _ in 0..2 {
        let answer = app.anonymous().get("/sign-in?token=demo").await;
        assert_eq!(
            (answer.header("location"), answer.session().is_empty()),
            ("/agents", false)
        );
    }
    let ordinary = TestApp::start().await;
    assert_eq!(
        ordinary.anonymous().get("/sign-in?token=demo").await.session(),
        ""
    );
}

#[tokio::test]
async fn who_is_signed_in_goes_on() {
    let app = TestApp::start().await;
    assert_eq!(
        app.owner().await.get("/sign-in").await.header("location"),
        "/agents"
    );
}
