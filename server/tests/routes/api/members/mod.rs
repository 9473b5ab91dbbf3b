//! `/api/members` and `/api/invitations`.

use crate::support::{EMAIL, TestApp};
use domain::Role;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn people_are_listed_changed_and_removed() {
    let app = TestApp::start().await;
    let (owner, viewer) = (app.owner().await, app.colleague(Role::Viewer).await);
    let members = owner.get("/api/members").await.json();
    let members = members["members"].as_array().unwrap();
    let told: Vec<_> = members
        .iter()
        .map(|member| {
            (
                member["email"].as_str().unwrap(),
                member["role"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(EMAIL, "owner"), ("viewer@acme.example", "viewer")]);
    let path = format!("/api/members/{}", members[1]["userId"].as_str().unwrap());

    let record = json!({"status": "success"});
    assert_eq!(viewer.post(&app.executions(), record.clone()).await.status, 403);
    let changed = owner.patch(&path, json!({"role": "member"})).await;
    assert_eq!(changed.json()["member"]["role"], "member");
    assert_eq!(viewer.post(&app.executions(), record).await.status, 201);

    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(viewer.get(&app.executions()).await.status, 401);
    assert_eq!(owner.delete(&path).await.status, 404);
}

#[tokio::test]
async fn owners_are_the_owners_business() {
    let app = TestApp::start().await;
    let owner = format!("/api/members/{}", app.owner);
    let admin = app.colleague(Role::Admin).await;
    let refused = admin.delete(&owner).await;
    assert_snapshot!(refused, @r#"
    403 Forbidden
    {
      "type": "about:blank",
      "title": "Forbidden",
      "status": 403,
      "detail": "Only owners decide about owners.",
      "code": "owners_only"
    }
    "#);
    for admin in [admin, app.key("admin").await] {
        assert_eq!(admin.delete(&owner).await.text(), refused.text());
        let fields = json!({"email": "eve@acme.example", "role": "owner"});
        assert_eq!(admin.post("/api/invitations", fields).await.status, 403);
    }
    assert_snapshot!(app.owner().await.patch(&owner, json!({"role": "admin"})).await, @r#"
    409 Conflict
    {
      "type": "about:blank",
      "title": "Conflict",
      "status": 409,
      "detail": "An organization keeps at least one owner.",
      "code": "last_owner"
    }
    "#);
}

#[tokio::test]
async fn an_invitation_is_shown_without_its_link() {
    let app = TestApp::start().await;
    let admin = app.key("admin").await;
    let made = admin
        .post(
            "/api/invitations",
            json!({"email": "Eve@acme.example", "role": "viewer"}),
        )
        .await;
    assert_eq!(made.status, 201, "{made}");
    let link = made.json()["link"].as_str().unwrap().to_owned();
    let token = link.strip_prefix("/join?token=").unwrap();
    let listed = admin.get("/api/invitations").await;
    assert!(!listed.text().contains(token));
    let invitation = &listed.json()["invitations"][0];
    assert_eq!(invitation["email"], "eve@acme.example");
    let path = format!(
        "/api/invitations/{}",
        invitation["invitationId"].as_str().unwrap()
    );
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.delete(&path).await.status, 404);

    let wrong = admin
        .post("/api/invitations", json!({"email": "eve", "role": "king"}))
        .await;
    assert_snapshot!(wrong, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some fields are wrong; `errors` names each.",
      "code": "invalid_fields",
      "errors": [
        {
          "field": "email",
          "detail": "must be an e-mail address such as mira@example.com"
        },
        {
          "field": "role",
          "detail": "must be one of owner, admin, member, viewer"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn anybody_leaves_by_their_own_id_but_the_last_owner() {
    let app = TestApp::start().await;
    let (owner, viewer) = (app.owner().await, app.colleague(Role::Viewer).await);
    let members = owner.get("/api/members").await.json();
    let path = format!(
        "/api/members/{}",
        members["members"][1]["userId"].as_str().unwrap()
    );
    let of_owner = format!("/api/members/{}", app.owner);
    assert_eq!(viewer.delete(&of_owner).await.status, 403);
    assert_eq!(viewer.delete("/api/members/nobody").await.status, 403);
    assert_eq!(viewer.delete(&path).await.status, 204);
    assert_eq!(viewer.get(&app.executions()).await.status, 401);
    let refused = owner.delete(&of_owner).await;
    assert_eq!(refused.json()["code"], "last_owner");
    assert_eq!(owner.get(&app.executions()).await.status, 200);
}
