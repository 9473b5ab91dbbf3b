//! `POST /auth/leave`.

use crate::support::TestApp;
use domain::Role;

#[tokio::test]
async fn somebody_leaves_and_is_signed_out() {
    let app = TestApp::start().await;
    let viewer = app.colleague(Role::Viewer).await;
    let left = viewer.submit("/auth/leave", &[]).await;
    assert_eq!(left.header("location"), "/sign-in?done=left");
    assert!(left.header("set-cookie").contains("Max-Age=0"), "{left}");
    assert_eq!(viewer.get("/api/agents").await.status, 401);
    let told = app.anonymous().get("/sign-in?done=left").await.text().to_owned();
    assert!(told.contains("You left the organization."));
}

#[tokio::test]
async fn somebody_with_another_organization_goes_on_there() {
    let app = TestApp::start().await;
    let now = chrono::Utc::now();
    let other = app.store.ensure_organization("Globex", now).await.unwrap().id;
    let viewer = app.colleague(Role::Viewer).await;
    let invitation = store::NewInvitation {
        email: "viewer@acme.example",
        role: Role::Member,
        expires_at: now + chrono::Duration::days(1),
        by_email: false,
    };
    app.store.invite(other, &[1; 32], invitation, now).await.unwrap();
    app.store.accept_invitation(&[1; 32], None, now).await.unwrap();
    let account = viewer.get("/settings/account").await.text().to_owned();
    assert!(account.contains("You go on in Globex."), "{account}");
    let left = viewer.submit("/auth/leave", &[]).await;
    assert_eq!(left.header("location"), "/agents");
    let organization = viewer.get("/api/organization").await.json();
    assert_eq!(organization["organization"]["name"], "Globex");
}

#[tokio::test]
async fn the_last_owner_is_told_before_and_refused() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let account = owner.get("/settings/account").await.text().to_owned();
    assert!(account.contains("You are the only owner of Acme."));
    assert!(!account.contains("/auth/leave"));
    let refused = owner.submit("/auth/leave", &[]).await;
    assert_eq!(refused.header("location"), "/settings/account?error=last-owner");
    assert_eq!(owner.get("/api/agents").await.status, 200);
    let elsewhere = owner.with("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.submit("/auth/leave", &[]).await.status, 403);
    assert_eq!(app.anonymous().submit("/auth/leave", &[]).await.status, 401);
}
