//! `POST /auth/password`, and the sessions of a person.

use crate::support::{EMAIL, PASSWORD, TestApp};

const NEW: &str = "another long password";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.owner().await, app.owner().await);
    let change = |current, new| {
        let here = here.clone();
        async move {
            let answer = here
                .submit("/auth/password", &[("current", current), ("new", new)])
                .await;
            answer.header("location").to_owned()
        }
    };
    assert_eq!(
        change("wrong password", NEW).await,
        "/settings/account?error=credentials"
    );
    assert_eq!(
        change(PASSWORD, "short").await,
        "/settings/account?error=password"
    );
    assert_eq!(elsewhere.get("/api/agents").await.status, 200);
    assert_eq!(change(PASSWORD, NEW).await, "/settings/account?done=password");
    assert_eq!(here.get("/api/agents").await.status, 200);
    assert_eq!(elsewhere.get("/api/agents").await.status, 401);

    let sign_in = async |password| {
        let fields = [("email", EMAIL), ("password", password)];
        app.anonymous().submit("/auth/sign-in", &fields).await.session()
    };
    assert_eq!(sign_in(PASSWORD).await, "");
    assert_ne!(sign_in(NEW).await, "");
}

#[tokio::test]
async fn nobody_changes_a_password_without_a_session() {
    let app = TestApp::start().await;
    let fields = [("current", PASSWORD), ("new", NEW)];
    let answer = app.anonymous().submit("/auth/password", &fields).await;
    assert_eq!(answer.status, 401);
    let elsewhere = app.owner().await.with("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.submit("/auth/password", &fields).await.status, 403);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = TestApp::start().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
    let fields = [("email", EMAIL), ("password", PASSWORD)];
    let browser = app.anonymous().with("user-agent", firefox);
    let cookie = browser.submit("/auth/sign-in", &fields).await.session();
    let other = browser.with("cookie", &cookie);
    let here = app.owner().await;
    let account = here.submit("/_fn/account", &[]).await.json();
    let sessions = account["sessions"].as_array().unwrap();
    let found = sessions.iter().find(|one| one["origin"]["user_agent"] == firefox);
    let id = found.unwrap()["session_id"].as_str().unwrap();
    assert_ne!(account["current"], id);
    assert_eq!(other.get("/api/agents").await.status, 200);
    assert_eq!(
        here.submit("/_fn/end-session", &[("session_id", id)])
            .await
            .status,
        200
    );
    assert_eq!(other.get("/api/agents").await.status, 401);
}
