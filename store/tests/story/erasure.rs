//! Deleted is deleted: what is erased on request goes, is told, and does not come back.

use crate::{
    lists::agrees_with_the_model,
    retention::rows_of,
    support::{World, fields, now},
};
use domain::{EventKind, EventPosition, ExecutionFilter, ExecutionId, FilterField, OrganizationId};
use serde_json::{Value, json};
use std::sync::atomic::AtomicU64;
use store::{Events, RecordResult, RecordedBy, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    one_execution_goes_and_does_not_come_back,
    a_persons_data_goes,
    everything_of_an_agent_goes,
    open_pages_are_told,
    many_at_once_are_told_together,
    what_nothing_has_is_offered_no_longer,
);

fn id(text: &str) -> ExecutionId {
    text.parse().unwrap()
}

impl World {
    async fn erase(&self, execution: &str) -> Result<(), StoreError> {
        self.store
            .erase_execution(self.organization, &self.agent, &id(execution))
            .await
    }

    /// What a list without filters is told after a position.
    async fn seen_since(&self, position: EventPosition) -> Option<Vec<(EventKind, String)>> {
        let events = self
            .store
            .events_since(self.organization, &self.agent, position, 1_000)
            .await
            .unwrap();
        let Events::Told { events, .. } = events else {
            return None;
        };
        let told = events.iter().map(|event| {
            let (kind, row) = event.through(&ExecutionFilter::default()).unwrap();
            (kind, row.execution_id.to_string())
        });
        Some(told.collect())
    }
}

async fn one_execution_goes_and_does_not_come_back(database: TestDatabase) {
    let world = World::new(database).await;
    let one = |id: &str| json!({"executionId": id, "status": "success", "outputText": "text"});
    world.record(vec![one("exec_a"), one("exec_b")]).await;
    world
        .record_one(json!({"executionId": "exec_r", "status": "running"}))
        .await;
    world.erase("exec_a").await.unwrap();
    world.erase("exec_r").await.unwrap();
    assert!(matches!(
        world.erase("exec_a").await,
        Err(StoreError::NotFound("execution"))
    ));
    assert!(matches!(
        world.erase("exec_none").await,
        Err(StoreError::NotFound(_))
    ));
    assert_eq!(world.ids().await, ["exec_b"]);
    assert_eq!(rows_of(&world, "payloads").await, 1);
    let gone = world
        .store
        .execution(world.organization, &world.agent, &id("exec_a"))
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));

    let again = world
        .record(vec![one("exec_a"), one("exec_b"), one("exec_c")])
        .await;
    assert_eq!(again[0].result, RecordResult::Erased);
    assert!(matches!(again[1].result, RecordResult::Unchanged(_)));
    assert!(matches!(again[2].result, RecordResult::Created(_)));
    let ended = world
        .record_one(json!({"executionId": "exec_r", "status": "success"}))
        .await;
    assert_eq!(ended, RecordResult::Erased);
    let end = fields(json!({"status": "failed"}));
    let ended = world
        .store
        .amend(world.organization, &world.agent, &id("exec_r"), end, now())
        .await;
    assert!(matches!(ended, Err(StoreError::NotFound(_))));

    // Not under another agent either, and another process knows; another organization has nothing to do with it.
    let other = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let sibling = other
        .create_agent(world.organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let stranger = other.ensure_organization("Else", now()).await.unwrap().id;
    let foreign = other
        .create_agent(stranger, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let missing = other
        .erase_execution(world.organization, &sibling, &id("exec_b"))
        .await;
    assert!(
        matches!(missing, Err(StoreError::NotFound(_))),
        "it is another agent's"
    );
    for (organization, agent, erased) in [(world.organization, &sibling, true), (stranger, &foreign, false)] {
        let recorded = other
            .record(
                organization,
                agent,
                &RecordedBy::default(),
                now(),
                vec![fields(one("exec_a"))],
            )
            .await
            .unwrap();
        assert_eq!(recorded[0].result == RecordResult::Erased, erased);
    }
    other.close().await;
    assert_eq!(rows_of(&world, "erased_executions").await, 2);
}

/// 600 executions, every third of them by Mira.
async fn of_several(world: &World) {
    let one = |number: i64| -> Value {
        let who = ["mira", "tom", "Mira"][number as usize % 3];
        json!({"executionId": format!("exec_{number}"), "status": if number % 7 == 0 { "running" } else { "success" },
            "executedBy": who, "executedAt": now() - chrono::TimeDelta::minutes(number % 450 * 11)})
    };
    world.record((0..600).map(one).collect()).await;
}

async fn a_persons_data_goes(database: TestDatabase) {
    let world = World::new(database).await;
    of_several(&world).await;
    let other = world
        .store
        .create_agent(world.organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let one = fields(json!({"status": "success", "executedBy": "user_1"}));
    world
        .store
        .record(
            world.organization,
            &other,
            &RecordedBy::default(),
            now(),
            vec![one],
        )
        .await
        .unwrap();
    let names = ["mira".to_owned(), "user_1".to_owned()];
    let data = world
        .store
        .personal_data(world.organization, &names)
        .await
        .unwrap();
    let told: Vec<_> = data
        .iter()
        .map(|data| (data.name.as_str(), data.executions))
        .collect();
    assert_eq!(told, [("Other", 1), ("Writer", 200)]);
    assert_eq!(world.total(&[]).await, 600, "it was only told");

    let stranger = world.store.ensure_organization("Else", now()).await.unwrap().id;
    assert_eq!(erase_person(&world, stranger, &names).await, 0);
    assert_eq!(erase_person(&world, world.organization, &names).await, 201);
    assert_eq!(
        world
            .store
            .personal_data(world.organization, &names)
            .await
            .unwrap(),
        []
    );
    assert_eq!(world.total(&[]).await, 400);
    of_several(&world).await;
    assert_eq!(world.total(&[]).await, 400, "a repeat brings nothing back");
}

async fn everything_of_an_agent_goes(database: TestDatabase) {
    let world = World::new(database).await;
    of_several(&world).await;
    let erased = erase_agent(&world).await;
    assert_eq!(erased, 600);
    agrees_with_the_model(&world, &[], 10).await;
    of_several(&world).await;
    assert_eq!(world.total(&[]).await, 0);
    assert!(matches!(
        world.record_one(json!({"status": "success"})).await,
        RecordResult::Created(_)
    ));
}

async fn open_pages_are_told(database: TestDatabase) {
    use EventKind::{Created, Deleted, Updated};
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "before", "status": "success"}))
        .await;
    let start = world.position().await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "running"}))
        .await;
    let between = world.position().await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "failed"}))
        .await;
    world
        .record_one(json!({"executionId": "exec_b", "status": "success"}))
        .await;
    world.erase("exec_a").await.unwrap();
    world.erase("before").await.unwrap();
    let told = |events: &[(EventKind, &str)]| {
        Some(
            events
                .iter()
                .map(|(kind, id)| (*kind, (*id).to_owned()))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        world.seen_since(start).await,
        told(&[
            (Created, "exec_a"),
            (Updated, "exec_a"),
            (Created, "exec_b"),
            (Deleted, "exec_a"),
            (Deleted, "before"),
        ]),
        "what came and went adds up"
    );
    assert_eq!(
        world.seen_since(between).await,
        told(&[
            (Updated, "exec_a"),
            (Created, "exec_b"),
            (Deleted, "exec_a"),
            (Deleted, "before"),
        ])
    );
    // What was removed gives no number away again.
    world
        .record_one(json!({"executionId": "exec_c", "status": "success"}))
        .await;
    let listed = world
        .list(&ExecutionFilter::default(), crate::support::page(10, 0))
        .await;
    assert_eq!(listed.total, 2);
    assert_eq!(world.seen_since(listed.position).await, told(&[]));
}

async fn many_at_once_are_told_together(database: TestDatabase) {
    let world = World::new(database).await;
    of_several(&world).await;
    let start = world.position().await;
    erase_agent(&world).await;
    assert_eq!(
        world.seen_since(start).await,
        None,
        "the list is to be read again"
    );
    let now_at = world.position().await;
    assert!(now_at > start);
    world
        .record_one(json!({"executionId": "exec_new", "status": "success"}))
        .await;
    assert_eq!(
        world.seen_since(now_at).await,
        Some(vec![(EventKind::Created, "exec_new".to_owned())])
    );
}

async fn what_nothing_has_is_offered_no_longer(database: TestDatabase) {
    let world = World::new(database).await;
    let one = |id: &str, version: &str, model: &str| json!({"executionId": id, "status": "failed", "version": version, "model": model, "errorCode": "E1"});
    world
        .record(vec![
            one("a", "V1", "m1"),
            one("b", "V2", "m1"),
            one("c", "V2", "m2"),
        ])
        .await;
    let offered = async || {
        let facets = world
            .store
            .facets(world.organization, &world.agent)
            .await
            .unwrap();
        [FilterField::Version, FilterField::Model, FilterField::ErrorCode].map(|field| {
            let values = facets.of(field).iter().map(|value| value.value.as_str());
            values.collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!(offered().await, ["V2 V1", "m1 m2", "E1"]);
    world.erase("a").await.unwrap();
    assert_eq!(offered().await, ["V2", "m1 m2", "E1"]);
    // Another server remembers the values that it recorded with, and must not do so for ever.
    let other = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let elsewhere = async |execution: Value| {
        let fields = vec![fields(execution)];
        other
            .record(
                world.organization,
                &world.agent,
                &RecordedBy::default(),
                now(),
                fields,
            )
            .await
            .unwrap();
    };
    elsewhere(one("d", "V3", "m3")).await;
    assert_eq!(offered().await, ["V3 V2", "m1 m2 m3", "E1"]);
    world.erase("d").await.unwrap();
    assert_eq!(offered().await, ["V2", "m1 m2", "E1"]);
    elsewhere(one("e", "V3", "m3")).await;
    world.record(vec![one("f", "V1", "m1")]).await;
    assert_eq!(offered().await, ["V3 V2 V1", "m1 m2 m3", "E1"]);
    erase_agent(&world).await;
    assert_eq!(offered().await, ["", "", ""]);
    other.close().await;
}

async fn erase_person(world: &World, organization: OrganizationId, names: &[String]) -> u64 {
    let erased = AtomicU64::new(0);
    world
        .store
        .erase_person(organization, names, &erased)
        .await
        .unwrap();
    erased.into_inner()
}

async fn erase_agent(world: &World) -> u64 {
    let erased = AtomicU64::new(0);
    world
        .store
        .erase_agent(world.organization, &world.agent, &erased)
        .await
        .unwrap();
    erased.into_inner()
}
