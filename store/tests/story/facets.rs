//! What an agent's executions can be filtered for.

use crate::support::{World, fields, now};
use domain::{FacetValue, Facets, FilterField};
use serde_json::json;
use store::{RecordedBy, Store};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    every_value_that_was_recorded,
    another_server_records_the_same,
    many_values,
    values_of_one_agent,
);

async fn facets(world: &World) -> Facets {
    world
        .store
        .facets(world.organization, &world.agent)
        .await
        .unwrap()
}

fn models(facets: &Facets) -> Vec<&str> {
    let models = facets.of(FilterField::Model).iter();
    models.map(|model| model.value.as_str()).collect()
}

async fn every_value_that_was_recorded(database: TestDatabase) {
    let world = World::new(database).await;
    assert_eq!(facets(&world).await, Facets::default());
    for version in ["V9", "V10", "V2"] {
        world
            .record_one(json!({"status": "success", "version": version, "model": "m1"}))
            .await;
    }
    world
        .record_one(json!({"executionId": "exec_a", "status": "running", "model": "m2", "provider": "p1", "executedBy": "mira"}))
        .await;
    assert!(facets(&world).await.of(FilterField::ErrorCode).is_empty());
    // What an end brings counts as well, and a conflict brings nothing.
    world
        .record_one(json!({"executionId": "exec_a", "status": "failed", "errorCode": "TIMEOUT"}))
        .await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "failed", "errorCode": "OTHER"}))
        .await;

    let (key, _) = world
        .store
        .create_api_key(world.organization, "Shop", &"record".parse().unwrap(), now())
        .await
        .unwrap();
    for api_key_id in [key.api_key_id.clone(), "gone".parse().unwrap()] {
        let caller = RecordedBy {
            api_key_id: Some(api_key_id),
            ..RecordedBy::default()
        };
        let executions = vec![fields(json!({"status": "success"}))];
        world
            .store
            .record(world.organization, &world.agent, &caller, now(), executions)
            .await
            .unwrap();
    }
    let mut expected = Facets::default();
    for (field, values) in [
        (FilterField::Version, vec!["V10", "V9", "V2"]),
        (FilterField::Model, vec!["m1", "m2"]),
        (FilterField::Provider, vec!["p1"]),
        (FilterField::ErrorCode, vec!["TIMEOUT"]),
    ] {
        let values = values.into_iter().map(|value| FacetValue::from(value.to_owned()));
        expected.set(field, values.collect());
    }
    let shop = FacetValue {
        value: key.api_key_id.to_string(),
        name: Some("Shop".to_owned()),
    };
    expected.set(FilterField::ApiKeyId, vec![shop, "gone".to_owned().into()]);
    assert_eq!(facets(&world).await, expected);
}

async fn another_server_records_the_same(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    for model in ["m1", "m2", "m1", "m3"] {
        world
            .record_one(json!({"status": "success", "model": model}))
            .await;
        let executions = vec![fields(json!({"status": "success", "model": model}))];
        other
            .record(
                world.organization,
                &world.agent,
                &RecordedBy::default(),
                now(),
                executions,
            )
            .await
            .unwrap();
    }
    assert_eq!(models(&facets(&world).await), ["m1", "m2", "m3"]);
    other.close().await;
}

async fn many_values(database: TestDatabase) {
    let world = World::new(database).await;
    // More than the writer remembers, twice.
    for _ in 0..2 {
        for batch in 0..5 {
            let executions = (0..1_000).map(|number| {
                let version = format!("V{}", batch * 1_000 + number);
                json!({"status": "success", "version": version, "model": "m"})
            });
            world.record(executions.collect()).await;
        }
    }
    let facets = facets(&world).await;
    assert_eq!(
        (
            facets.of(FilterField::Version).len(),
            facets.of(FilterField::Model).len()
        ),
        (200, 1)
    );
}

async fn values_of_one_agent(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"status": "success", "model": "m1"}))
        .await;
    let other = world
        .store
        .create_agent(world.organization, "Other", now())
        .await
        .unwrap();
    let of_other = world.store.facets(world.organization, &other.agent_id).await;
    assert_eq!(of_other.unwrap(), Facets::default());
    let stranger = world.store.ensure_organization("Else", now()).await.unwrap();
    assert!(world.store.facets(stranger.id, &world.agent).await.is_err());
}
