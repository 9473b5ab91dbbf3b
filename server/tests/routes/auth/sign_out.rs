use crate::support::TestApp;
use insta::assert_snapshot;

#[tokio::test]
async fn the_session_ends_on_the_server_too() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    assert_eq!(owner.get("/api/agents").await.status, 200);
    let answer = owner.submit("/auth/sign-out", &[]).await;
    assert_snapshot!(answer, @"303 See Other → /sign-in");
    assert_snapshot!(answer.header("set-cookie"), @"al_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    assert_eq!(owner.get("/api/agents").await.status, 401);
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_out() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let elsewhere = owner.clone().with("sec-fetch-site", "same-site");
    assert_eq!(elsewhere.submit("/auth/sign-out", &[]).await.status, 403);
    let silent = owner.clone().without("sec-fetch-site");
    assert_eq!(silent.submit("/auth/sign-out", &[]).await.status, 403);
    assert_eq!(owner.get("/api/agents").await.status, 200);
}
