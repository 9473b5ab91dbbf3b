//! People of an organization: roles, removal, invitations, and organizations to choose from.

use crate::support::{World, now};
use chrono::Duration;
use domain::{OrganizationId, Role, Rule, SessionOrigin, UserId};
use store::{NewInvitation, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    an_owner_always_stays,
    of_two_owners_who_go_at_once_one_stays,
    only_owners_decide_about_owners,
    an_invitation_works_once,
    somebody_with_an_account_joins_and_switches,
    a_new_password_ends_other_sessions,
);

async fn add(store: &Store, organization: OrganizationId, name: &str, role: Role) -> UserId {
    let email = format!("{name}@acme.test");
    let user = store.add_user(organization, &email, role, "hash", now()).await;
    user.unwrap().id
}

async fn sign_in(store: &Store, user: &UserId, organization: OrganizationId, token: u8) {
    let end = now() + Duration::days(1);
    store
        .create_session(
            &[token; 32],
            user,
            organization,
            &SessionOrigin::default(),
            now(),
            end,
        )
        .await
        .unwrap();
}

async fn is_signed_in(store: &Store, token: u8) -> bool {
    store.session(&[token; 32], now()).await.unwrap().is_some()
}

async fn an_owner_always_stays(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Member).await;
    sign_in(store, &bob, *organization, 1).await;
    let demoted = store
        .change_role(*organization, &ada, Role::Admin, Role::Owner)
        .await;
    assert!(matches!(demoted, Ok(Err(Rule::LastOwner))));
    let left = store.remove_member(*organization, &ada, Role::Owner).await;
    assert!(matches!(left, Ok(Err(Rule::LastOwner))));

    let promoted = store
        .change_role(*organization, &bob, Role::Owner, Role::Owner)
        .await;
    assert_eq!(promoted.unwrap().unwrap().role, Role::Owner);
    store
        .remove_member(*organization, &ada, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    assert!(is_signed_in(store, 1).await);
    let members = store.members(*organization).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(
        (members[0].email.as_str(), members[0].role),
        ("bob@acme.test", Role::Owner)
    );
    assert!(store.credentials("ada@acme.test").await.unwrap().is_none());
    let again = store.remove_member(*organization, &ada, Role::Owner).await;
    assert!(matches!(again, Err(StoreError::NotFound("member"))));
}

async fn of_two_owners_who_go_at_once_one_stays(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Owner).await;
    let (first, second) = tokio::join!(
        store.remove_member(*organization, &ada, Role::Owner),
        store.change_role(*organization, &bob, Role::Viewer, Role::Owner),
    );
    assert!(first.unwrap().is_ok() != second.unwrap().is_ok());
    let members = store.members(*organization).await.unwrap();
    assert!(members.iter().any(|member| member.role == Role::Owner));
}

async fn only_owners_decide_about_owners(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Member).await;
    add(store, *organization, "eve", Role::Owner).await;
    for refused in [
        store
            .change_role(*organization, &ada, Role::Viewer, Role::Admin)
            .await
            .unwrap()
            .err(),
        store
            .change_role(*organization, &bob, Role::Owner, Role::Admin)
            .await
            .unwrap()
            .err(),
        store
            .remove_member(*organization, &ada, Role::Admin)
            .await
            .unwrap()
            .err(),
    ] {
        assert_eq!(refused, Some(Rule::OwnersOnly));
    }
    sign_in(store, &bob, *organization, 1).await;
    store
        .change_role(*organization, &bob, Role::Admin, Role::Admin)
        .await
        .unwrap()
        .unwrap();
    let session = store.session(&[1; 32], now()).await.unwrap().unwrap();
    assert_eq!(session.role, Role::Admin, "from the next request on");
    store
        .remove_member(*organization, &bob, Role::Admin)
        .await
        .unwrap()
        .unwrap();
    assert!(!is_signed_in(store, 1).await, "at once");
}

fn invitation(email: &str, role: Role) -> NewInvitation<'_> {
    NewInvitation {
        email,
        role,
        expires_at: now() + Duration::days(7),
        by_email: false,
    }
}

async fn an_invitation_works_once(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    add(store, *organization, "ada", Role::Owner).await;
    let invite = |email, role, token| store.invite(*organization, token, invitation(email, role), now());
    let refused = invite("ADA@acme.test", Role::Viewer, &[1; 32]).await;
    assert!(matches!(refused, Err(StoreError::Invalid(error)) if error.field == "email"));

    invite("bob@acme.test", Role::Viewer, &[1; 32]).await.unwrap();
    invite("Bob@acme.test", Role::Member, &[2; 32]).await.unwrap();
    let open = store.invitations(*organization, now()).await.unwrap();
    assert_eq!(open.len(), 1, "the later one counts");
    assert_eq!(
        (open[0].email.as_str(), open[0].role),
        ("bob@acme.test", Role::Member)
    );
    let end = now() + Duration::days(7);
    assert!(store.open_invitation(&[1; 32], now()).await.unwrap().is_none());
    assert!(
        store.open_invitation(&[2; 32], end).await.unwrap().is_none(),
        "expired"
    );
    assert!(
        store
            .accept_invitation(&[2; 32], Some("hash"), end)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(store.invitations(*organization, end).await.unwrap(), []);

    let (first, second) = tokio::join!(
        store.accept_invitation(&[2; 32], Some("first"), now()),
        store.accept_invitation(&[2; 32], Some("second"), now()),
    );
    let joined = [first.unwrap(), second.unwrap()];
    assert_eq!(joined.iter().flatten().count(), 1);
    let members = store.members(*organization).await.unwrap();
    assert_eq!(members.len(), 2);
    assert_eq!(
        (members[1].email.as_str(), members[1].role),
        ("bob@acme.test", Role::Member)
    );

    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let made = invite("eve@acme.test", Role::Viewer, &[3; 32]).await.unwrap();
    let foreign = store.withdraw_invitation(other, &made.invitation_id).await;
    assert!(matches!(foreign, Err(StoreError::NotFound("invitation"))));
    store
        .withdraw_invitation(*organization, &made.invitation_id)
        .await
        .unwrap();
    assert!(store.open_invitation(&[3; 32], now()).await.unwrap().is_none());
}

async fn somebody_with_an_account_joins_and_switches(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let ada = add(store, other, "ada", Role::Viewer).await;
    sign_in(store, &ada, other, 1).await;
    assert!(!store.switch_session(&[1; 32], *organization).await.unwrap());

    let new = invitation("ada@acme.test", Role::Admin);
    store.invite(*organization, &[2; 32], new, now()).await.unwrap();
    let open = store.open_invitation(&[2; 32], now()).await.unwrap().unwrap();
    assert_eq!(
        (open.organization.name.as_str(), open.password_hash.as_deref()),
        ("Acme", Some("hash"))
    );
    let taken_over = store.accept_invitation(&[2; 32], Some("another"), now()).await;
    assert!(
        taken_over.unwrap().is_none(),
        "no account is joined by a new password"
    );
    let joined = store.accept_invitation(&[2; 32], None, now()).await.unwrap();
    assert_eq!(joined.map(|(user, _)| user.id), Some(ada.clone()));

    let names: Vec<_> = store.organizations_of(&ada).await.unwrap();
    let names: Vec<_> = names.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Acme", "Other"]);
    assert!(store.switch_session(&[1; 32], *organization).await.unwrap());
    let session = store.session(&[1; 32], now()).await.unwrap().unwrap();
    assert_eq!(
        (session.organization.id, session.role),
        (*organization, Role::Admin)
    );
}

async fn a_new_password_ends_other_sessions(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Viewer).await;
    let origin = SessionOrigin {
        ip_address: Some("192.0.2.1".into()),
        user_agent: Some("Firefox".into()),
    };
    let end = now() + Duration::days(1);
    store
        .create_session(&[1; 32], &ada, *organization, &origin, now(), end)
        .await
        .unwrap();
    sign_in(store, &ada, *organization, 2).await;
    sign_in(store, &bob, *organization, 3).await;

    let open = store.sessions_of(&ada, now()).await.unwrap();
    assert_eq!(open.len(), 2);
    let first = open.iter().find(|session| session.origin == origin).unwrap();
    let of_bob = store.end_session(&bob, &first.session_id).await;
    assert!(matches!(of_bob, Err(StoreError::NotFound("session"))));
    store.end_session(&ada, &first.session_id).await.unwrap();
    assert!(!is_signed_in(store, 1).await && is_signed_in(store, 2).await);

    sign_in(store, &ada, *organization, 4).await;
    store.change_password(&ada, "new", &[4; 32]).await.unwrap();
    assert!(!is_signed_in(store, 2).await, "another session");
    assert!(is_signed_in(store, 3).await && is_signed_in(store, 4).await);
    let known = store.credentials("ada@acme.test").await.unwrap().unwrap();
    assert_eq!(known.password_hash, "new");
}
