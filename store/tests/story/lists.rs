//! Totals and pages, against the naive model.

use crate::{
    model,
    support::{World, at, fields, now, page},
};
use domain::{
    Choice, ExecutionFilter, ExecutionSummary, Limit, PageRequest, Source, Status, time::from_micros,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;
use sqlx::Connection;
use store::{AmendOutcome, RecordResult, RecordedBy};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    ties_are_ordered_by_identifier,
    an_empty_history,
    every_filter_and_page_agrees_with_the_model,
    total_and_rows_are_of_one_moment,
);

async fn ties_are_ordered_by_identifier(database: TestDatabase) {
    let world = World::new(database).await;
    let ids = ["a", "B", "_", "-", "Z", "z", "0", "aa", "A"];
    let executions = ids
        .iter()
        .map(|id| json!({"executionId": id, "status": "success", "executedAt": "2025-11-18T09:45:00Z"}));
    world.record(executions.collect()).await;
    let mut sorted = ids;
    sorted.sort_unstable_by(|a, b| b.as_bytes().cmp(a.as_bytes()));
    assert_eq!(world.ids().await, sorted, "byte by byte, whatever the locale");
}

async fn an_empty_history(database: TestDatabase) {
    let world = World::new(database).await;
    for offset in [0, 1, u64::MAX] {
        let listed = world.list(&ExecutionFilter::default(), page(20, offset)).await;
        assert_eq!((listed.executions.len(), listed.total), (0, 0));
    }
    let crossed = ExecutionFilter {
        from: Some(at("2025-02-01T00:00:00Z")),
        to: Some(at("2025-01-01T00:00:00Z")),
        ..Default::default()
    };
    world
        .record_one(json!({"status": "success", "executedAt": "2025-01-15T00:00:00Z"}))
        .await;
    assert_eq!(world.list(&crossed, page(20, 0)).await.total, 0);
}

/// Some 9,000 executions over ten years: scattered ones, a quarter of an hour with thousands, a single second with
/// hundreds, and running ones that ended later.
pub async fn history(world: &World) -> Vec<ExecutionSummary> {
    let mut runner = deterministic(1);
    let (first, last) = (at("2015-01-01T00:00:00Z"), at("2025-11-20T00:00:00Z"));
    let burst = at("2025-11-18T09:45:00Z").timestamp_micros();
    let any_time = first.timestamp_micros()..last.timestamp_micros();
    let recent = last.timestamp_micros() - 40 * 86_400_000_000..last.timestamp_micros();
    let kinds = (
        prop_oneof![
            2 => any_time,
            3 => recent,
            8 => burst..burst + 900_000_000,
            1 => Just(burst + 300_000_000),
        ],
        proptest::sample::select(vec![0usize, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 5, 5]),
        proptest::sample::select(vec![0usize, 1, 1, 1, 1, 1, 1, 1, 1, 2]),
        proptest::option::of(proptest::sample::select(vec!["V1", "V2", "="])),
        proptest::option::of(proptest::sample::select(vec!["m1", "m2", "m3"])),
    );
    let caller = RecordedBy::default();
    let mut model = Vec::new();
    for batch in 0..18 {
        let mut executions = Vec::new();
        for number in 0..500 {
            let (micros, status, source, version, model) = kinds.new_tree(&mut runner).unwrap().current();
            executions.push(fields(json!({
                "executionId": format!("exec_{batch}_{number}"),
                "status": Status::ALL[status], "source": Source::ALL[source],
                "executedAt": from_micros(micros), "version": version, "model": model,
                "executedBy": format!("who{}", micros % 3),
            })));
        }
        let recorded = world
            .store
            .record(world.organization, &world.agent, &caller, now(), executions);
        for recorded in recorded.await.unwrap() {
            let RecordResult::Created(summary) = recorded.result else {
                panic!("{recorded:?}")
            };
            model.push(summary);
        }
        // Some end in the middle of it all.
        for number in (0..500).step_by(9) {
            let id = format!("exec_{batch}_{number}").parse().unwrap();
            let end = fields(json!({"status": "unauthorized", "executedAt": from_micros(burst + number)}));
            let ended = world
                .store
                .amend(world.organization, &world.agent, &id, end, now())
                .await
                .unwrap();
            if let AmendOutcome::Amended(execution) = ended {
                let place = model.iter_mut().find(|one| one.execution_id == id).unwrap();
                *place = execution.into_inner().summary;
            }
        }
    }
    model
}

pub fn deterministic(seed: u8) -> TestRunner {
    let config = Config {
        cases: 250,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

async fn every_filter_and_page_agrees_with_the_model(database: TestDatabase) {
    let world = World::new(database).await;
    let all = history(&world).await;
    let dense = all.iter().filter(|one| {
        one.executed_at >= at("2025-11-18T09:45:00Z")
            && one.executed_at < at("2025-11-18T10:00:00Z")
            && one.status == Status::Success
            && one.source == Source::Api
    });
    assert!(
        dense.count() > 2_048,
        "the history has a quarter that is counted in slices"
    );

    agrees_with_the_model(&world, &all, 250).await;
    // Every page of everything.
    let mut seen = Vec::new();
    for offset in (0..).step_by(100) {
        let listed = world.list(&ExecutionFilter::default(), page(100, offset)).await;
        if listed.executions.is_empty() {
            break;
        }
        seen.extend(listed.executions.into_iter().map(|one| one.execution_id));
    }
    assert_eq!(
        seen,
        model::list(&all, &ExecutionFilter::default(), page(100, 0))
            .0
            .into_iter()
            .chain(
                (100..all.len() as u64).step_by(100).flat_map(|offset| {
                    model::list(&all, &ExecutionFilter::default(), page(100, offset)).0
                })
            )
            .collect::<Vec<_>>()
    );
}

/// So many filters and pages over all of the history, and as many over the quarters around its dense one.
pub async fn agrees_with_the_model(world: &World, all: &[ExecutionSummary], cases: u32) {
    let whole = (
        at("2014-12-01T00:00:00Z").timestamp_micros(),
        at("2026-01-01T00:00:00Z").timestamp_micros(),
    );
    let burst = (
        at("2025-11-18T09:30:00Z").timestamp_micros(),
        at("2025-11-18T10:15:00Z").timestamp_micros(),
    );
    for (seed, (from, until)) in [(2, whole), (3, burst)] {
        let mut runner = deterministic(seed);
        let asked = (
            model::filters(from, until),
            1u32..=100,
            prop_oneof![Just(0u64), 0..200u64, 0..9_000u64],
        );
        for case in 0..cases {
            let (filter, limit, offset) = asked.new_tree(&mut runner).unwrap().current();
            let request = PageRequest {
                limit: Limit::new(limit).unwrap(),
                offset,
            };
            let listed = world.list(&filter, request).await;
            let ids: Vec<_> = listed
                .executions
                .iter()
                .map(|one| one.execution_id.clone())
                .collect();
            assert_eq!(
                (ids, listed.total),
                model::list(all, &filter, request),
                "{case}: {filter:?} {request:?}"
            );
            let counted = world.store.count(world.organization, &world.agent, &filter).await;
            assert_eq!(counted.unwrap(), listed.total, "{case}: {filter:?}");
            for listed in &listed.executions {
                assert_eq!(
                    Some(listed),
                    all.iter().find(|one| one.execution_id == listed.execution_id)
                );
            }
        }
    }
}

async fn total_and_rows_are_of_one_moment(database: TestDatabase) {
    let world = World::new(database).await;
    let writer = {
        let (store, organization, agent) = (world.store.clone(), world.organization, world.agent.clone());
        tokio::spawn(async move {
            for _ in 0..150 {
                let one = vec![fields(json!({"status": "success"}))];
                store
                    .record(organization, &agent, &RecordedBy::default(), now(), one)
                    .await
                    .unwrap();
            }
        })
    };
    let mut totals = std::collections::BTreeSet::new();
    while !writer.is_finished() {
        let listed = world.list(&ExecutionFilter::default(), page(100, 0)).await;
        assert_eq!(listed.executions.len() as u64, listed.total.min(100));
        totals.insert(listed.total);
    }
    writer.await.unwrap();
    assert!(totals.len() > 2, "it was read while it was written");
}

/// PostgreSQL itself counts what it reads of an index. Of SQLite, its plan is known: it merges the ranges.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_is_read_no_further_than_its_page() {
    let name = "a status is read no further than its page";
    let Some(database) = TestDatabase::postgres(name).await.unwrap() else {
        return;
    };
    let world = World::new(database).await;
    for _ in 0..10 {
        let failed = (0..1_000).map(|number| {
            let source = ["api", "workflow", "dashboard"][number % 3];
            json!({
                "status": "failed", "source": source,
                "executedAt": at("2025-01-01T00:00:00Z") + chrono::Duration::minutes(number as i64 * 500),
            })
        });
        world.record(failed.collect()).await;
    }
    let mut statistics = sqlx::PgConnection::connect(&world.database.url).await.unwrap();
    sqlx::query("ANALYZE executions")
        .execute(&mut statistics)
        .await
        .unwrap();
    let read = async |statistics: &mut sqlx::PgConnection| -> i64 {
        sqlx::query_scalar(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'executions_by_status'",
        )
        .fetch_one(statistics)
        .await
        .unwrap()
    };
    let before = read(&mut statistics).await;
    let failed = ExecutionFilter {
        statuses: [Status::Failed].into_iter().collect(),
        ..Default::default()
    };
    assert_eq!(world.list(&failed, page(20, 0)).await.executions.len(), 20);
    // A connection tells what it read when it ends.
    world.store.close().await;
    let mut more = 0;
    while more == 0 {
        more = read(&mut statistics).await - before;
    }
    assert!(more < 200, "{more} entries were read for a page of 20");
}
