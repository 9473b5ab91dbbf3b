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
    assert_snapshot!(attributes, @" HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000");
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
    let refused = sign_in(&app.anonymous(), EMAIL, PASSWORD, "/agents/x?page=2").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.session(), "");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((30..=60).contains(&wait), "{wait}");
    let page = refused.text();
    let words = format!("Too many attempts. Try again in {wait} seconds.");
    for part in [
        words.as_str(),
        r#"action="/auth/sign-in""#,
        r#"value="ada@acme.example""#,
        r#"name="next" value="/agents/x?page=2""#,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("agent-ledger.js") && !page.contains("hydrate"),
        "no scripts: {page}"
    );
    assert!(!page.contains(PASSWORD));
    assert!(refused.header("content-security-policy").contains("script-src"));
    let other = sign_in(&app.anonymous(), "bob@acme.example", "wrong", "").await;
    assert_eq!(other.status, 303);
}

/// A browser at that address.
fn at(app: &TestApp, address: &str) -> Client {
    app.anonymous().from(address)
}

#[tokio::test]
async fn guesses_at_one_account_count_together_and_lock_out_nobody_who_signed_in_before() {
    let app = TestApp::start().await;
    let home = at(&app, "192.0.2.1");
    let signed_in = sign_in(&home, EMAIL, PASSWORD, "").await;
    let browser = signed_in.cookie("al_browser");
    assert!(
        browser.ends_with("; HttpOnly; SameSite=Lax; Path=/auth; Max-Age=2592000"),
        "{browser}"
    );
    let browser = browser.split(';').next().unwrap().to_owned();

    let mut looked_at = 0;
    for guesser in 0..60 {
        let guess = sign_in(&at(&app, &format!("198.51.100.{guesser}")), EMAIL, "wrong", "").await;
        looked_at += u32::from(guess.status == 303);
    }
    assert_eq!(looked_at, 10);
    let stranger = sign_in(&at(&app, "203.0.113.1"), EMAIL, PASSWORD, "").await;
    assert_eq!(stranger.status, 429);
    let same_address = sign_in(&home, EMAIL, PASSWORD, "").await;
    assert_eq!(same_address.status, 303);
    let elsewhere = at(&app, "203.0.113.1").with("cookie", &browser);
    let same_browser = sign_in(&elsewhere, EMAIL, PASSWORD, "").await;
    assert_eq!(same_browser.header("location"), "/agents");
    assert!(
        same_browser.cookie("al_browser").starts_with(&browser),
        "it keeps its token"
    );
    for _ in 0..5 {
        assert_eq!(sign_in(&elsewhere, EMAIL, "wrong", "").await.status, 303);
    }
    assert_eq!(sign_in(&elsewhere, EMAIL, PASSWORD, "").await.status, 429);
    assert_eq!(sign_in(&home, EMAIL, PASSWORD, "").await.status, 303);
}

#[tokio::test]
async fn an_address_is_let_try_few_accounts_wrongly_and_right_ones_do_not_count() {
    let app = TestApp::start().await;
    let spray = async |address: &dyn Fn(usize) -> String| {
        let mut looked_at = 0;
        for account in 0..30 {
            let client = at(&app, &address(account));
            let guess = sign_in(&client, &format!("{account}@acme.example"), "wrong", "").await;
            looked_at += u32::from(guess.status == 303);
        }
        looked_at
    };
    for _ in 0..25 {
        assert_eq!(
            sign_in(&at(&app, "198.51.100.7"), EMAIL, PASSWORD, "")
                .await
                .status,
            303
        );
    }
    assert_eq!(spray(&|_| "198.51.100.7".to_owned()).await, 20);
    assert_eq!(
        spray(&|host| format!("2001:db8:1:2::{host}")).await,
        20,
        "one /64"
    );
    let known = sign_in(&at(&app, "198.51.100.7"), EMAIL, PASSWORD, "").await;
    assert_eq!(known.status, 303, "its own count");
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_not_kept() {
    let app = TestApp::start().await;
    for planted in ["x", &"g".repeat(64), "a b"] {
        let client = app.anonymous().with("cookie", &format!("al_browser={planted}"));
        let answer = sign_in(&client, EMAIL, PASSWORD, "").await;
        let kept = answer.cookie("al_browser");
        assert!(!kept.starts_with(&format!("al_browser={planted};")), "{kept}");
    }
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

/// On plain HTTP a browser says nothing but the origin, and nginx passes on its own idea of the host unless it is told.
#[tokio::test]
async fn behind_a_proxy_that_keeps_the_host_the_address_that_was_told_counts() {
    const REACHED: &str = "http://ledger.internal";
    let browser = |app: &TestApp| {
        app.anonymous()
            .with("host", "127.0.0.1:3000")
            .with("origin", REACHED)
            .with("accept", "text/html,*/*;q=0.8")
    };
    let told = TestApp::start_at(REACHED).await;
    let answer = sign_in(&browser(&told), EMAIL, PASSWORD, "").await;
    assert_eq!(answer.header("location"), "/agents");
    let signed_in = browser(&told).with("cookie", &answer.session());
    let fields = serde_json::json!({"name": "Two"});
    assert_eq!(signed_in.post("/api/agents", fields).await.status, 201);

    for (app, also) in [
        (TestApp::start().await, ""),
        (
            TestApp::start_at("http://other.internal").await,
            "http://other.internal",
        ),
    ] {
        let answer = sign_in(&browser(&app), EMAIL, PASSWORD, "").await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        for words in [
            REACHED,
            "127.0.0.1:3000",
            "--public-url http://ledger.internal",
            also,
        ] {
            assert!(answer.text().contains(words), "{words}: {answer}");
        }
        let forged = browser(&app).with("origin", "http://<script>.example");
        let answer = sign_in(&forged, EMAIL, PASSWORD, "").await;
        assert!(!answer.text().contains("<script"), "{answer}");
    }
}

#[tokio::test]
async fn a_browser_that_signs_in_anew_keeps_one_session() {
    let app = TestApp::start().await;
    let first = sign_in(&app.anonymous(), EMAIL, PASSWORD, "").await;
    let page = app.anonymous().with("sec-fetch-site", "same-origin");
    let browser = page.clone().with("cookie", &first.session());
    assert_eq!(browser.get("/api/agents").await.status, 200);
    let second = sign_in(&browser, EMAIL, PASSWORD, "").await;
    assert_eq!(browser.get("/api/agents").await.status, 401);
    let browser = page.with("cookie", &second.session());
    assert_eq!(browser.get("/api/agents").await.status, 200);
    sign_in(&browser, EMAIL, "wrong", "").await;
    assert_eq!(
        browser.get("/api/agents").await.status,
        200,
        "a wrong password ends nothing"
    );
}

#[tokio::test]
async fn under_tls_the_session_is_taken_from_the_host_itself_alone() {
    let app = TestApp::start_behind_tls().await;
    let answer = sign_in(&app.anonymous(), EMAIL, PASSWORD, "").await;
    let session = answer.session();
    assert!(session.starts_with("__Host-al_session="), "{session}");
    let attributes = answer.header("set-cookie").split_once(';').unwrap().1;
    assert_snapshot!(attributes, @" HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000; Secure");
    let status = |cookie: String| {
        let browser = app.anonymous().with("cookie", &cookie);
        async move { browser.get("/api/agents").await.status.as_u16() }
    };
    assert_eq!(status(session.clone()).await, 200);
    assert_eq!(status(session.replace("__Host-", "")).await, 401);
    assert!(answer.cookie("al_browser").ends_with("; Secure"));
    assert!(
        answer.cookie("al_session").contains("Max-Age=0"),
        "a plain one is forgotten"
    );
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
    let token = store::token::hash("letmein");
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
