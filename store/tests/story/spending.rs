//! What API keys spend, and what a spent budget refuses.

use crate::{
    migrations::{fillings, run},
    support::{World, at, fields, now},
};
use chrono::Duration;
use domain::{ApiKeyId, ExecutionId, KeyLimits, NanoDollars, Retention, Timestamp};
use serde_json::{Value, json};
use std::sync::atomic::AtomicU64;
use store::{AmendOutcome, RecordResult, Recorded, RecordedBy, Store};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    costs_are_added_up_by_key_and_month,
    a_spent_budget_lets_nothing_begin,
    a_budget_is_spent_within_a_batch,
    what_is_deleted_was_spent,
    what_was_recorded_before_is_added_up,
    nothing_is_lost_between_two_servers,
);

/// A key of the world's organization, with a budget in nano-dollars.
async fn key(world: &World, budget: Option<i64>) -> ApiKeyId {
    let limits = KeyLimits {
        monthly_budget: budget.and_then(NanoDollars::from_nanos),
        ..KeyLimits::default()
    };
    let scopes = "record".parse().unwrap();
    let made = world
        .store
        .create_limited_api_key(world.organization, "Shop", &scopes, limits, now())
        .await;
    made.unwrap().0.api_key_id
}

async fn record_by(
    store: &Store,
    world: &World,
    key: &ApiKeyId,
    at: Timestamp,
    executions: Vec<Value>,
) -> Vec<Recorded> {
    let caller = RecordedBy {
        api_key_id: Some(key.clone()),
        ..RecordedBy::default()
    };
    let executions = executions.into_iter().map(fields).collect();
    store
        .record(world.organization, &world.agent, &caller, at, executions)
        .await
        .unwrap()
}

impl World {
    async fn record_with(&self, key: &ApiKeyId, at: Timestamp, execution: Value) -> RecordResult {
        let mut recorded = record_by(&self.store, self, key, at, vec![execution]).await;
        recorded.remove(0).result
    }

    /// What the key spent in the month of `at`, in nano-dollars.
    async fn spent(&self, key: &ApiKeyId, at: Timestamp) -> i64 {
        let key = self.store.api_key(self.organization, key, at).await.unwrap();
        key.spent_this_month.nanos()
    }
}

fn is_spent(result: &RecordResult) -> bool {
    matches!(result, RecordResult::BudgetSpent(_))
}

async fn costs_are_added_up_by_key_and_month(database: TestDatabase) {
    let world = World::new(database).await;
    let (one, other) = (key(&world, None).await, key(&world, None).await);
    let running = json!({"executionId": "a", "status": "running", "costUSD": 0.000000003});
    for _ in 0..2 {
        world.record_with(&one, now(), running.clone()).await;
        assert_eq!(world.spent(&one, now()).await, 3, "a repeat counts nothing");
    }
    let end = json!({"executionId": "a", "status": "success", "costUSD": 1.000000001});
    for _ in 0..2 {
        let ended = world.record_with(&other, now(), end.clone()).await;
        assert!(matches!(
            ended,
            RecordResult::Finished(_) | RecordResult::Unchanged(_)
        ));
        let spent = (world.spent(&one, now()).await, world.spent(&other, now()).await);
        assert_eq!(spent, (1_000_000_001, 0), "who began it spends");
    }
    let conflict = json!({"executionId": "a", "status": "failed", "costUSD": 5});
    world.record_with(&one, now(), conflict).await;
    world.record_with(&one, now(), json!({"status": "success"})).await;
    assert_eq!(world.spent(&one, now()).await, 1_000_000_001);
    world.record_one(json!({"status": "success", "costUSD": 7})).await;

    let begun = json!({"executionId": "b", "status": "running", "costUSD": 1});
    world.record_with(&other, now(), begun).await;
    let id: ExecutionId = "b".parse().unwrap();
    let amend = |amended| {
        world
            .store
            .amend(world.organization, &world.agent, &id, fields(amended), now())
    };
    amend(json!({"costUSD": 0.25})).await.unwrap();
    assert_eq!(world.spent(&other, now()).await, 250_000_000, "a lower cost too");
    let last_month = now() - Duration::microseconds(1);
    let ended = amend(json!({"status": "success", "costUSD": 0.5, "executedAt": last_month})).await;
    assert!(matches!(ended.unwrap(), AmendOutcome::Amended(_)));
    assert_eq!(world.spent(&other, now()).await, 0);
    assert_eq!(world.spent(&other, last_month).await, 500_000_000);
    let keys = world
        .store
        .api_keys(world.organization, last_month)
        .await
        .unwrap();
    let total: i64 = keys.iter().map(|key| key.spent_this_month.nanos()).sum();
    assert_eq!(total, 500_000_000);
}

async fn a_spent_budget_lets_nothing_begin(database: TestDatabase) {
    let world = World::new(database).await;
    let (key, free) = (key(&world, Some(10)).await, key(&world, None).await);
    let running = json!({"executionId": "a", "status": "running"});
    let begun = world.record_with(&key, now(), running.clone()).await;
    assert!(matches!(begun, RecordResult::Created(_)));
    let done = json!({"status": "success", "costUSD": 0.000000009});
    world.record_with(&key, now(), done.clone()).await;
    let second = json!({"executionId": "b", "status": "running"});
    assert!(matches!(
        world.record_with(&key, now(), second).await,
        RecordResult::Created(_)
    ));
    let whole = world.record_with(&key, now(), done).await;
    assert!(
        matches!(whole, RecordResult::Created(_)),
        "what has been run is recorded"
    );

    let third = json!({"executionId": "c", "status": "running"});
    let RecordResult::BudgetSpent(spent) = world.record_with(&key, now(), third.clone()).await else {
        panic!("a third one began");
    };
    assert_eq!((spent.budget.nanos(), spent.spent.nanos()), (10, 18));
    assert_eq!(spent.opens_at, at("2026-02-01T00:00:00Z"));
    let without_id = json!({"status": "running"});
    assert!(is_spent(
        &world.record_with(&key, now(), without_id.clone()).await
    ));
    let repeated = world.record_with(&key, now(), running).await;
    assert!(matches!(repeated, RecordResult::Unchanged(_)), "{repeated:?}");
    let end = json!({"executionId": "a", "status": "success", "costUSD": 1});
    assert!(matches!(
        world.record_with(&key, now(), end).await,
        RecordResult::Finished(_)
    ));
    let begun = world.record_with(&free, now(), without_id.clone()).await;
    assert!(matches!(begun, RecordResult::Created(_)), "another key");
    let begun = world.record_one(without_id).await;
    assert!(matches!(begun, RecordResult::Created(_)), "no key at all");

    let last = spent.opens_at - Duration::microseconds(1);
    assert!(is_spent(&world.record_with(&key, last, third.clone()).await));
    let next_month = world.record_with(&key, spent.opens_at, third).await;
    assert!(matches!(next_month, RecordResult::Created(_)));
}

async fn a_budget_is_spent_within_a_batch(database: TestDatabase) {
    let world = World::new(database).await;
    let key = key(&world, Some(1_000_000_000)).await;
    let batch = vec![
        json!({"status": "running"}),
        json!({"executionId": "a", "status": "running", "costUSD": 1}),
        json!({"status": "running"}),
        json!({"status": "success", "costUSD": 1}),
        json!({"executionId": "a", "status": "success", "costUSD": 0.5}),
        json!({"status": "running"}),
    ];
    let recorded = record_by(&world.store, &world, &key, now(), batch).await;
    let refused: Vec<_> = recorded.iter().map(|one| is_spent(&one.result)).collect();
    assert_eq!(refused, [false, false, true, false, false, true]);
    assert_eq!(world.spent(&key, now()).await, 1_500_000_000);
}

async fn what_is_deleted_was_spent(database: TestDatabase) {
    let world = World::new(database).await;
    let key = key(&world, None).await;
    let long_ago = now() - Duration::days(100);
    for at in [now(), long_ago] {
        let execution =
            json!({"executionId": format!("e{}", at.timestamp()), "status": "success", "costUSD": 1});
        world.record_with(&key, at, execution).await;
    }
    let id: ExecutionId = format!("e{}", now().timestamp()).parse().unwrap();
    world
        .store
        .erase_execution(world.organization, &world.agent, &id)
        .await
        .unwrap();
    world
        .store
        .set_retention(world.organization, Retention::Standard)
        .await
        .unwrap();
    world.store.purge(None, now(), &AtomicU64::new(0)).await.unwrap();
    assert_eq!(world.total(&[]).await, 0);
    for at in [now(), long_ago] {
        assert_eq!(world.spent(&key, at).await, 1_000_000_000);
    }
}

async fn what_was_recorded_before_is_added_up(database: TestDatabase) {
    let world = World::new(database).await;
    let (one, other) = (key(&world, None).await, key(&world, None).await);
    let months = ["2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00Z"].map(at);
    for at in months {
        for key in [&one, &other, &one] {
            world
                .record_with(key, at, json!({"status": "success", "costUSD": 0.1}))
                .await;
        }
        world.record_with(&one, at, json!({"status": "success"})).await;
    }
    world.record_one(json!({"status": "success", "costUSD": 9})).await;
    let told = async || {
        let mut told = Vec::new();
        for at in months {
            told.extend([world.spent(&one, at).await, world.spent(&other, at).await]);
        }
        told
    };
    let before = told().await;
    assert_eq!(before, [200_000_000, 100_000_000, 200_000_000, 100_000_000]);
    let url = &world.database.url;
    run(url, "DELETE FROM api_key_spending".to_owned()).await;
    assert_eq!(told().await, [0; 4]);
    let migration = if url.starts_with("sqlite") {
        include_str!("../../../migrations/sqlite/0011_key_budgets.sql")
    } else {
        include_str!("../../../migrations/postgres/0011_key_budgets.sql")
    };
    run(url, fillings(migration)).await;
    assert_eq!(told().await, before);
}

/// Each server records by both keys under an agent of its own, so that nothing but the spending holds them together.
async fn nothing_is_lost_between_two_servers(database: TestDatabase) {
    let world = World::new(database).await;
    let keys = [key(&world, None).await, key(&world, None).await];
    let elsewhere = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let agent = world
        .store
        .create_agent(world.organization, "Second", now())
        .await
        .unwrap();
    let mut recording = Vec::new();
    for number in 0..40 {
        let (store, agent) = if number % 2 == 0 {
            (world.store.clone(), world.agent.clone())
        } else {
            (elsewhere.clone(), agent.agent_id.clone())
        };
        let (organization, keys) = (world.organization, keys.clone());
        recording.push(tokio::spawn(async move {
            for key in if number % 4 < 2 { [0, 1] } else { [1, 0] } {
                let caller = RecordedBy {
                    api_key_id: Some(keys[key].clone()),
                    ..RecordedBy::default()
                };
                let execution = fields(json!({"status": "success", "costUSD": 0.01}));
                store
                    .record(organization, &agent, &caller, now(), vec![execution])
                    .await
                    .unwrap();
            }
        }));
    }
    for one in recording {
        one.await.unwrap();
    }
    for key in &keys {
        assert_eq!(world.spent(key, now()).await, 400_000_000);
    }
}
