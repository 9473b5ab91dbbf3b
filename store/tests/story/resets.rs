//! Links by which somebody chooses another password: who may make them, and when they work.

use crate::support::{World, now};
use chrono::Duration;
use domain::{OrganizationId, Role, Rule, SessionOrigin, Timestamp, UserId};
use store::{NewInvitation, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    a_link_sets_the_password_once_and_ends_sessions,
    links_are_made_for_the_own_organizations_people_alone,
    a_link_ends_with_what_it_was_made_for,
);

async fn add(store: &Store, organization: OrganizationId, name: &str, role: Role) -> UserId {
    let email = format!("{name}@acme.test");
    let user = store.add_user(organization, &email, role, "hash", now()).await;
    user.unwrap().id
}

fn end() -> Timestamp {
    now() + Duration::hours(1)
}

async fn join(store: &Store, organization: OrganizationId, email: &str) {
    let new = NewInvitation {
        email,
        role: Role::Viewer,
        expires_at: end(),
        by_email: false,
    };
    store.invite(organization, &[99; 32], new, now()).await.unwrap();
    let joined = store.accept_invitation(&[99; 32], None, now()).await.unwrap();
    assert!(joined.is_some());
}

async fn a_link_sets_the_password_once_and_ends_sessions(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Viewer).await;
    for (user, token) in [(&ada, 1), (&bob, 2)] {
        store
            .create_session(
                &[token; 32],
                user,
                *organization,
                &SessionOrigin::default(),
                now(),
                end(),
            )
            .await
            .unwrap();
    }
    for token in [3, 4] {
        let known = store
            .reset_password_of(" Ada@acme.test", &[token; 32], end())
            .await;
        assert_eq!(known.unwrap().as_deref(), Some("ada@acme.test"));
    }
    let nobody = store.reset_password_of("eve@acme.test", &[5; 32], end()).await;
    assert_eq!(nobody.unwrap(), None);

    let open = async |token: u8, at| store.open_reset(&[token; 32], at).await.unwrap();
    assert_eq!(open(3, now()).await, None, "the later one counts");
    assert_eq!(open(4, end()).await, None, "expired");
    assert_eq!(open(4, now()).await.as_deref(), Some("ada@acme.test"));
    let late = store.reset_password(&[4; 32], "late", end()).await;
    assert_eq!(late.unwrap(), None);

    let (first, second) = tokio::join!(
        store.reset_password(&[4; 32], "new", now()),
        store.reset_password(&[4; 32], "new", now()),
    );
    let used = [first.unwrap(), second.unwrap()];
    assert_eq!(used.iter().flatten().collect::<Vec<_>>(), [&ada]);
    let known = store.credentials("ada@acme.test").await.unwrap().unwrap();
    assert_eq!(known.password_hash, "new");
    assert!(store.session(&[1; 32], now()).await.unwrap().is_none());
    assert!(
        store.session(&[2; 32], now()).await.unwrap().is_some(),
        "another's"
    );
}

async fn links_are_made_for_the_own_organizations_people_alone(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let ada = add(store, *organization, "ada", Role::Owner).await;
    let bob = add(store, *organization, "bob", Role::Member).await;
    let eve = add(store, other, "eve", Role::Member).await;
    let make = async |user: &UserId, by, token: u8| {
        store
            .reset_password_of_member(*organization, user, by, &[token; 32], end())
            .await
    };
    assert!(matches!(
        make(&ada, Role::Admin, 1).await,
        Ok(Err(Rule::OwnersOnly))
    ));
    assert!(matches!(
        make(&eve, Role::Owner, 1).await,
        Err(StoreError::NotFound("member"))
    ));
    make(&ada, Role::Owner, 1).await.unwrap().unwrap();
    make(&bob, Role::Owner, 2).await.unwrap().unwrap();
    make(&bob, Role::Admin, 3).await.unwrap().unwrap();
    assert_eq!(store.open_reset(&[2; 32], now()).await.unwrap(), None);
    assert!(store.open_reset(&[3; 32], now()).await.unwrap().is_some());

    join(store, *organization, "eve@acme.test").await;
    for role in [Role::Admin, Role::Owner] {
        assert!(matches!(
            make(&eve, role, 4).await,
            Ok(Err(Rule::BelongsElsewhere))
        ));
    }
}

async fn a_link_ends_with_what_it_was_made_for(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let bob = add(store, *organization, "bob", Role::Member).await;
    let eve = add(store, *organization, "eve", Role::Member).await;
    let make = async |user: &UserId, token: u8| {
        store
            .reset_password_of_member(*organization, user, Role::Admin, &[token; 32], end())
            .await
            .unwrap()
            .unwrap();
    };
    make(&bob, 1).await;
    store
        .change_role(*organization, &bob, Role::Owner, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.reset_password(&[1; 32], "new", now()).await.unwrap(), None);

    make(&eve, 2).await;
    store
        .reset_password_of("eve@acme.test", &[3; 32], end())
        .await
        .unwrap();
    join(store, other, "eve@acme.test").await;
    assert_eq!(store.open_reset(&[2; 32], now()).await.unwrap(), None);
    assert_eq!(store.reset_password(&[2; 32], "new", now()).await.unwrap(), None);
    let own = store.reset_password(&[3; 32], "new", now()).await.unwrap();
    assert_eq!(own, Some(eve), "what went to the person's mailbox works on");
}
