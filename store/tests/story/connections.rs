//! Connections to providers: their secrets rest encrypted, belong to one organization, and outlive its keys.

use crate::{
    encryption::{is_in, stolen},
    support::{World, now},
};
use domain::{ConnectionId, ConnectionKind, Errors, FieldError, OrganizationId, Rule};
use store::{Access, NewConnection, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    secrets_rest_encrypted_and_read_back,
    nobody_else_has_them,
    they_outlive_the_organizations_key,
    an_organization_has_a_hundred_at_most,
);

const KEY: &str = "sk-a-key-that-is-found-nowhere";
const HOST: &str = "llm-host-that-is-found-nowhere.example";
const HEADER: &str = "a-value-that-is-found-nowhere";

fn new(name: &str) -> NewConnection {
    NewConnection {
        name: name.to_owned(),
        kind: ConnectionKind::Openai,
        provider: Some("openai".to_owned()),
        access: Access {
            base_url: Some(format!("https://{HOST}/v1")),
            api_key: Some(KEY.to_owned().into()),
            headers: vec![("x-team".to_owned(), HEADER.to_owned().into())],
        },
    }
}

async fn make(world: &World, name: &str) -> ConnectionId {
    let made = world
        .store
        .create_connection(world.organization, new(name), now())
        .await;
    made.unwrap().unwrap().connection_id
}

async fn secrets_rest_encrypted_and_read_back(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let second = make(&world, "Second").await;
    let first = make(&world, "First").await;
    let listed = store.connections(organization).await.unwrap();
    let ids: Vec<_> = listed
        .iter()
        .map(|connection| &connection.connection_id)
        .collect();
    assert_eq!(ids, [&first, &second], "by name");
    let connection = &listed[0];
    assert_eq!(connection.api_key_last4.as_deref(), Some("here"));
    assert_eq!(connection.headers, ["x-team"]);
    assert!(!format!("{connection:?}").contains(KEY));
    let stored = store.connection(organization, &first).await.unwrap();
    assert_eq!(stored.connection, *connection);
    assert!(stored.access == new("").access);

    let renamed = |before: NewConnection| {
        Ok(NewConnection {
            name: "Zeroth".to_owned(),
            ..before
        })
    };
    let changed = store
        .change_connection(organization, &first, now(), renamed)
        .await;
    assert_eq!(changed.unwrap().unwrap().name, "Zeroth");
    let same = store.change_connection(organization, &first, now(), Ok).await;
    assert_eq!(same.unwrap().unwrap().name, "Zeroth");
    let refusing = |_| Err(Errors::from(FieldError::new("name", "is refused")));
    let refused = store
        .change_connection(organization, &first, now(), refusing)
        .await;
    assert_eq!(refused.unwrap().unwrap_err().told().len(), 1);
    store
        .delete_connection(organization, &second, now())
        .await
        .unwrap();
    assert_eq!(store.connections(organization).await.unwrap().len(), 1);

    if let Some(bytes) = stolen(&world.database) {
        assert!(is_in(&bytes, "Zeroth"), "what is not encrypted is found");
        for secret in [KEY, HOST, HEADER] {
            assert!(!is_in(&bytes, secret), "{secret}");
        }
    }
    assert_eq!(store.verify().await.unwrap().troubles, Vec::<String>::new());
}

async fn nobody_else_has_them(database: TestDatabase) {
    let world = World::new(database).await;
    let id = make(&world, "One").await;
    let store = &world.store;
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    assert_eq!(store.connections(other).await.unwrap(), []);
    let is_missing =
        |result: Result<(), StoreError>| matches!(result, Err(StoreError::NotFound("connection")));
    assert!(is_missing(store.connection(other, &id).await.map(drop)));
    assert!(is_missing(store.delete_connection(other, &id, now()).await));
    assert!(is_missing(
        store.change_connection(other, &id, now(), Ok).await.map(drop)
    ));
    assert!(is_missing(
        store.connection(OrganizationId(99), &id).await.map(drop)
    ));
    assert_eq!(store.connections(world.organization).await.unwrap().len(), 1);
}

async fn they_outlive_the_organizations_key(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let id = make(&world, "One").await;
    for _ in 0..2 {
        store.rotate_organization_key(organization).await.unwrap();
        while store.reencrypt(organization).await.unwrap().is_some() {}
        let stored = store.connection(organization, &id).await.unwrap();
        assert!(stored.access == new("").access);
    }
}

async fn an_organization_has_a_hundred_at_most(database: TestDatabase) {
    let world = World::new(database).await;
    for number in 0..100 {
        make(&world, &number.to_string()).await;
    }
    let (store, organization) = (&world.store, world.organization);
    let more = store.create_connection(organization, new("more"), now()).await;
    assert_eq!(more.unwrap(), Err(Rule::ConnectionLimit));
}
