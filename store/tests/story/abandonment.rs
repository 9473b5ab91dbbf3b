//! Executions of which nothing more is heard: they are given up, and what is heard of them afterwards counts.

use crate::{
    migrations::run,
    support::{World, fields, now},
};
use chrono::TimeDelta;
use domain::{Execution, ExecutionFields, FilterField, Retention, Status, Timestamp};
use serde_json::{Value, json};
use std::sync::atomic::AtomicU64;
use store::{AmendOutcome, RecordResult, Recorded, RecordedBy, Store};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    what_is_silent_for_too_long_is_given_up,
    whatever_is_heard_counts_as_a_word,
    the_real_result_replaces_it,
    it_can_be_heard_of_again_and_fall_silent_again,
    it_is_told_to_those_who_watch,
    a_damaged_one_does_not_hold_up_the_others,
    two_servers_give_up_each_once,
    retention_reaches_what_was_given_up,
);

fn minutes(count: i64) -> Timestamp {
    now() + TimeDelta::minutes(count)
}

impl World {
    async fn record_at(&self, at: Timestamp, execution: Value) -> RecordResult {
        let recorded: Vec<Recorded> = self
            .store
            .record(
                self.organization,
                &self.agent,
                &RecordedBy::default(),
                at,
                vec![fields(execution)],
            )
            .await
            .unwrap();
        recorded.into_iter().next().unwrap().result
    }

    async fn amend_at(&self, at: Timestamp, id: &str, change: Value) -> AmendOutcome {
        let change: ExecutionFields = fields(change);
        self.store
            .amend(self.organization, &self.agent, &id.parse().unwrap(), change, at)
            .await
            .unwrap()
    }

    async fn execution(&self, id: &str) -> Execution {
        self.store
            .execution(self.organization, &self.agent, &id.parse().unwrap())
            .await
            .unwrap()
            .into_inner()
    }

    async fn status(&self, id: &str) -> Status {
        self.execution(id).await.summary.status
    }
}

async fn what_is_silent_for_too_long_is_given_up(database: TestDatabase) {
    let world = World::new(database).await;
    for (id, minute) in [("exec_a", 0), ("exec_b", 1), ("exec_c", 2)] {
        world
            .record_at(
                minutes(minute),
                json!({"executionId": id, "status": "running", "model": "m1"}),
            )
            .await;
    }
    world
        .record_one(json!({"executionId": "exec_d", "status": "success"}))
        .await;
    // More than one batch of them.
    let many = (0..250)
        .map(|_| json!({"status": "running", "source": "workflow"}))
        .collect();
    world.record(many).await;

    assert_eq!(world.store.abandon(minutes(0)).await.unwrap(), 0, "not yet");
    assert_eq!(world.store.abandon(minutes(2)).await.unwrap(), 252);
    assert_eq!(
        world.store.abandon(minutes(2)).await.unwrap(),
        0,
        "once is enough"
    );
    let given_up = world.execution("exec_a").await;
    assert!(given_up.summary.is_abandoned());
    assert_eq!(given_up.summary.latency_ms, None, "nobody knows when it ended");
    assert_eq!(given_up.summary.model.as_deref(), Some("m1"));
    assert!(given_up.payload.error_message.is_some());
    assert_eq!(
        (world.status("exec_c").await, world.status("exec_d").await),
        (Status::Running, Status::Success)
    );
    // The counts went along, and the code can be filtered for.
    assert_eq!(
        (
            world.total(&[Status::Failed]).await,
            world.total(&[Status::Running]).await
        ),
        (252, 1)
    );
    let facets = world
        .store
        .facets(world.organization, &world.agent)
        .await
        .unwrap();
    let codes = facets.of(FilterField::ErrorCode);
    assert!(codes.iter().any(|code| code.value == "ABANDONED"), "{facets:?}");
}

async fn whatever_is_heard_counts_as_a_word(database: TestDatabase) {
    let world = World::new(database).await;
    for id in ["changed", "unchanged", "again", "silent"] {
        world
            .record_one(json!({"executionId": id, "status": "running"}))
            .await;
    }
    world
        .amend_at(minutes(10), "changed", json!({"outputTokens": 1}))
        .await;
    let same = world.amend_at(minutes(10), "unchanged", json!({})).await;
    assert!(matches!(same, AmendOutcome::Unchanged(_)), "{same:?}");
    let again = world
        .record_at(minutes(10), json!({"executionId": "again", "status": "running"}))
        .await;
    assert!(matches!(again, RecordResult::Unchanged(_)), "{again:?}");
    assert_eq!(world.store.abandon(minutes(10)).await.unwrap(), 1);
    assert_eq!(world.status("silent").await, Status::Failed);
    assert_eq!(world.store.abandon(minutes(11)).await.unwrap(), 3);
}

async fn the_real_result_replaces_it(database: TestDatabase) {
    let world = World::new(database).await;
    for id in ["amended", "recorded"] {
        world
            .record_one(json!({"executionId": id, "status": "running"}))
            .await;
    }
    world.store.abandon(minutes(1)).await.unwrap();
    let result = json!({"status": "success", "outputText": "Done.", "latencyMs": 3_600_000});
    let amended = world.amend_at(minutes(60), "amended", result.clone()).await;
    assert!(matches!(amended, AmendOutcome::Amended(_)), "{amended:?}");
    let repeated = world.amend_at(minutes(61), "amended", result.clone()).await;
    assert!(matches!(repeated, AmendOutcome::Unchanged(_)), "{repeated:?}");

    // A start that is sent again is a repeat, and no result.
    let start = json!({"executionId": "recorded", "status": "running"});
    let started = world.record_at(minutes(60), start).await;
    assert!(matches!(started, RecordResult::Unchanged(_)), "{started:?}");
    let mut whole = result;
    whole["executionId"] = json!("recorded");
    let recorded = world.record_at(minutes(60), whole.clone()).await;
    assert!(matches!(recorded, RecordResult::Finished(_)), "{recorded:?}");
    let repeated = world.record_at(minutes(61), whole).await;
    assert!(matches!(repeated, RecordResult::Unchanged(_)), "{repeated:?}");

    for id in ["amended", "recorded"] {
        let execution = world.execution(id).await;
        assert_eq!(execution.summary.status, Status::Success);
        assert_eq!(
            (execution.summary.error_code, execution.payload.error_message),
            (None, None)
        );
        let other = world.amend_at(minutes(62), id, json!({"status": "failed"})).await;
        assert!(
            matches!(other, AmendOutcome::Final),
            "a result is final: {other:?}"
        );
    }
    assert_eq!(world.store.abandon(minutes(100)).await.unwrap(), 0);
    assert_eq!(
        (world.total(&[Status::Success]).await, world.total(&[]).await),
        (2, 2)
    );
}

async fn it_can_be_heard_of_again_and_fall_silent_again(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "running"}))
        .await;
    world.store.abandon(minutes(1)).await.unwrap();
    world
        .amend_at(minutes(20), "exec_a", json!({"outputTokens": 4}))
        .await;
    assert_eq!(world.status("exec_a").await, Status::Running);
    assert_eq!(world.store.abandon(minutes(20)).await.unwrap(), 0);
    assert_eq!(world.store.abandon(minutes(21)).await.unwrap(), 1);
    assert!(world.execution("exec_a").await.summary.is_abandoned());
}

async fn it_is_told_to_those_who_watch(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "running"}))
        .await;
    let position = world.position().await;
    world.store.abandon(minutes(1)).await.unwrap();
    assert_eq!(world.told_since(position).await.len(), 1);
}

async fn a_damaged_one_does_not_hold_up_the_others(database: TestDatabase) {
    let world = World::new(database).await;
    for id in ["damaged", "exec_a"] {
        world
            .record_one(json!({"executionId": id, "status": "running"}))
            .await;
    }
    let damage = "UPDATE payloads SET payload = substr(payload, 1, 20) WHERE execution_key =
         (SELECT execution_key FROM executions WHERE execution_id = 'damaged')";
    run(&world.database.url, damage.to_owned()).await;
    assert_eq!(world.store.abandon(minutes(1)).await.unwrap(), 1);
    assert_eq!(world.status("exec_a").await, Status::Failed);
}

async fn two_servers_give_up_each_once(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record((0..50).map(|_| json!({"status": "running"})).collect())
        .await;
    let second = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let (one, other) = tokio::join!(world.store.abandon(minutes(1)), second.abandon(minutes(1)));
    assert_eq!(one.unwrap() + other.unwrap(), 50);
    assert_eq!(world.total(&[Status::Failed]).await, 50);
}

async fn retention_reaches_what_was_given_up(database: TestDatabase) {
    let world = World::new(database).await;
    world.record_one(json!({"status": "running"})).await;
    world
        .store
        .set_retention(world.organization, Retention::Standard)
        .await
        .unwrap();
    let later = now() + TimeDelta::days(100);
    assert_eq!(
        world
            .store
            .purge(None, later, &AtomicU64::new(0))
            .await
            .unwrap()
            .removed,
        0,
        "it may still end"
    );
    world.store.abandon(later).await.unwrap();
    assert_eq!(
        world
            .store
            .purge(None, later, &AtomicU64::new(0))
            .await
            .unwrap()
            .removed,
        1
    );
}
