//! Leaving an organization by oneself.

use crate::support::{World, now};
use chrono::Duration;
use domain::{AuditAction, AuditFilter, OrganizationId, Role, Rule, SessionOrigin, UserId};
use store::{Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    whoever_leaves_goes_on_elsewhere_or_is_signed_out,
    the_last_owner_does_not_leave,
    of_two_owners_who_leave_at_once_one_stays,
    every_other_session_ends,
);

async fn add(store: &Store, organization: OrganizationId, name: &str, role: Role) -> UserId {
    let email = format!("{name}@acme.test");
    let user = store.add_user(organization, &email, role, "hash", now()).await;
    user.unwrap().id
}

async fn sign_in(store: &Store, user: &UserId, organization: OrganizationId, token: u8) {
    let (origin, end) = (SessionOrigin::default(), now() + Duration::days(1));
    let begun = store
        .create_session(&[token; 32], user, organization, &origin, now(), end)
        .await;
    begun.unwrap();
}

/// In which organization the session is, if it has not ended.
async fn place(store: &Store, token: u8) -> Option<OrganizationId> {
    let session = store.session(&[token; 32], now()).await.unwrap();
    session.map(|session| session.organization.id)
}

async fn told(store: &Store, organization: OrganizationId, action: AuditAction) -> u64 {
    let filter = AuditFilter {
        actions: vec![action],
        ..Default::default()
    };
    let read = store
        .audit_events(organization, &filter, Default::default())
        .await;
    read.unwrap().total
}

async fn whoever_leaves_goes_on_elsewhere_or_is_signed_out(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let (here, other) = (
        *organization,
        store.ensure_organization("Other", now()).await.unwrap().id,
    );
    add(store, here, "ada", Role::Owner).await;
    let bob = add(store, here, "bob", Role::Viewer).await;
    let eve = add(store, here, "eve", Role::Member).await;
    let invitation = store::NewInvitation {
        email: "eve@acme.test",
        role: Role::Viewer,
        expires_at: now() + Duration::days(7),
        by_email: false,
    };
    store.invite(other, &[9; 32], invitation, now()).await.unwrap();
    store.accept_invitation(&[9; 32], None, now()).await.unwrap();
    sign_in(store, &bob, here, 1).await;
    sign_in(store, &eve, here, 2).await;
    sign_in(store, &eve, here, 3).await;
    sign_in(store, &eve, other, 4).await;

    assert_eq!(store.leave(here, &bob).await.unwrap(), Ok(None));
    assert_eq!(place(store, 1).await, None, "at once");
    assert!(store.credentials("bob@acme.test").await.unwrap().is_none());
    assert_eq!(store.leave(here, &eve).await.unwrap(), Ok(Some(other)));
    for token in 2..=4 {
        assert_eq!(place(store, token).await, Some(other), "{token}");
    }
    let known = store.credentials("eve@acme.test").await.unwrap().unwrap();
    assert_eq!(known.organization, other);
    assert_eq!(store.members(here).await.unwrap().len(), 1);
    assert_eq!(told(store, here, AuditAction::MemberLeft).await, 2);
    assert_eq!(told(store, other, AuditAction::SessionSwitched).await, 2);
    let again = store.leave(here, &eve).await;
    assert!(matches!(again, Err(StoreError::NotFound("member"))));
}

async fn the_last_owner_does_not_leave(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Admin).await;
    assert!(store.is_last_owner(*organization, &ada).await.unwrap());
    assert!(!store.is_last_owner(*organization, &bob).await.unwrap());
    let refused = store.leave(*organization, &ada).await;
    assert!(matches!(refused, Ok(Err(Rule::LastOwner))));
    assert_eq!(store.members(*organization).await.unwrap().len(), 2);
    store
        .change_role(*organization, &bob, Role::Owner, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    assert!(!store.is_last_owner(*organization, &ada).await.unwrap());
    store.leave(*organization, &ada).await.unwrap().unwrap();
}

async fn of_two_owners_who_leave_at_once_one_stays(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Owner).await;
    let (first, second) = tokio::join!(store.leave(*organization, &ada), store.leave(*organization, &bob));
    assert!(first.unwrap().is_ok() != second.unwrap().is_ok());
    assert_eq!(store.members(*organization).await.unwrap().len(), 1);
}

async fn every_other_session_ends(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Viewer).await;
    for token in 1..=3 {
        sign_in(store, &ada, *organization, token).await;
    }
    sign_in(store, &bob, *organization, 4).await;
    assert_eq!(store.end_other_sessions(&ada, &[2; 32]).await.unwrap(), 2);
    assert_eq!(place(store, 1).await, None);
    assert_eq!(place(store, 2).await, Some(*organization));
    assert_eq!(place(store, 4).await, Some(*organization), "another person's");
    assert_eq!(told(store, *organization, AuditAction::SessionEnded).await, 2);
    assert_eq!(store.end_other_sessions(&ada, &[2; 32]).await.unwrap(), 0);
}
