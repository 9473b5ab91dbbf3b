//! From where accounts signed in of late.

use crate::support::{World, now};
use chrono::Duration;
use domain::Role;
use store::SignInOrigin;
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(an_origin_is_remembered_for_a_month_of_its_account_alone);

async fn an_origin_is_remembered_for_a_month_of_its_account_alone(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let (ada, bob) = ("ada@acme.test", "bob@acme.test");
    let mut users = Vec::new();
    for email in [ada, bob] {
        let added = store
            .add_user(*organization, email, Role::Member, "hash", now())
            .await;
        users.push(added.unwrap().id);
    }
    let address = SignInOrigin::Address("192.0.2.7".parse().unwrap());
    let browser = SignInOrigin::Browser([7; 32]);
    let known =
        async |email, origin: SignInOrigin, at| store.signed_in_from(email, &origin, at).await.unwrap();
    assert!(!known(ada, address, now()).await);
    store
        .remember_sign_in(&users[0], &[address, browser], now())
        .await
        .unwrap();
    for origin in [address, browser] {
        assert!(known(ada, origin, now()).await);
        assert!(!known(bob, origin, now()).await, "another account");
        assert!(!known("nobody@acme.test", origin, now()).await);
    }
    assert!(!known(ada, SignInOrigin::Browser([8; 32]), now()).await);

    let later = now() + Duration::days(20);
    store
        .remember_sign_in(&users[0], &[browser], later)
        .await
        .unwrap();
    let month = now() + Duration::days(30);
    assert!(!known(ada, address, month).await, "a month ago");
    assert!(known(ada, browser, month).await, "ten days ago");
}
