//! People as a provider names them.

use crate::support::{World, now};
use domain::Role;
use store::Identity;
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(an_identity_stays_whose_it_is);

async fn an_identity_stays_whose_it_is(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let identity = Identity {
        issuer: "https://id.example",
        subject: "1",
    };
    let elsewhere = Identity {
        issuer: "https://other.example",
        ..identity
    };
    assert!(store.known_by(identity).await.unwrap().is_none());
    let add = async |email| {
        let added = store
            .add_user(*organization, email, Role::Member, "hash", now())
            .await;
        added.unwrap().id
    };
    let (ada, bob) = (add("ada@acme.test").await, add("bob@acme.test").await);
    for user in [&ada, &bob] {
        store.link_identity(identity, user, now()).await.unwrap();
    }
    let (known, belongs) = store.known_by(identity).await.unwrap().unwrap();
    assert_eq!((known.id.clone(), belongs), (ada.clone(), Some(*organization)));
    assert!(
        store.known_by(elsewhere).await.unwrap().is_none(),
        "another provider's"
    );

    store
        .remove_member(*organization, &ada, Role::Owner)
        .await
        .unwrap()
        .unwrap();
    let (known, belongs) = store.known_by(identity).await.unwrap().unwrap();
    assert_eq!((known.id, belongs), (ada, None), "known, and nowhere a member");
}
