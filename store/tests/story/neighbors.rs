//! Next and previous, against the naive model.

use crate::{
    model,
    support::{World, at, fields, now, page},
};
use domain::{Choice, ExecutionFilter, ExecutionSummary, FilterField, Source, Status, time::from_micros};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;
use store::{Neighbors, RecordResult, RecordedBy};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    every_filter_is_walked_in_the_order_of_its_list,
    an_execution_that_the_filter_leaves_out_has_neighbors_too,
    neighbors_stay_within_their_agent,
);

/// Executions within a few minutes, dozens of them in each of a few instants.
async fn crowd(world: &World, runner: &mut TestRunner) -> Vec<ExecutionSummary> {
    let first = at("2025-11-18T09:45:00Z").timestamp_micros();
    let kinds = (
        prop_oneof![
            (0i64..6).prop_map(move |instant| first + instant * 1_000_000),
            first..first + 5_000_000,
        ],
        0..Status::ALL.len(),
        0..Source::ALL.len(),
        proptest::option::of(proptest::sample::select(vec!["V1", "V2", "="])),
        proptest::option::of(proptest::sample::select(vec!["m1", "m2", "m3"])),
        proptest::option::of(proptest::sample::select(vec!["TIMEOUT", "OTHER"])),
    );
    let executions = (0..180).map(|number| {
        let (micros, status, source, version, model, code) = kinds.new_tree(runner).unwrap().current();
        // Identifiers whose order is not that of their numbers, capitals and signs among them.
        let prefix = ["a", "B", "_", "-", "Z", "z", "0"][number % 7];
        fields(json!({
            "executionId": format!("{prefix}{number}"),
            "status": Status::ALL[status], "source": Source::ALL[source],
            "executedAt": from_micros(micros), "version": version, "model": model, "errorCode": code,
        }))
    });
    let recorded = world
        .store
        .record(
            world.organization,
            &world.agent,
            &RecordedBy::default(),
            now(),
            executions.collect(),
        )
        .await
        .unwrap();
    recorded
        .into_iter()
        .map(|recorded| match recorded.result {
            RecordResult::Created(summary) => summary,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn runner() -> TestRunner {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

async fn neighbors(world: &World, filter: &ExecutionFilter, of: &ExecutionSummary) -> Neighbors {
    world
        .store
        .neighbors(world.organization, &world.agent, filter, of)
        .await
        .unwrap()
}

async fn every_filter_is_walked_in_the_order_of_its_list(database: TestDatabase) {
    let world = World::new(database).await;
    let mut runner = runner();
    let all = crowd(&world, &mut runner).await;
    let first = at("2025-11-18T09:45:00Z").timestamp_micros();
    let codes = proptest::sample::subsequence(vec!["TIMEOUT", "OTHER"], 0..=1);
    let asked = (model::filters(first - 1_000_000, first + 7_000_000), codes);
    for case in 0..40 {
        let (filter, error_codes) = asked.new_tree(&mut runner).unwrap().current();
        let filter = if case == 0 {
            ExecutionFilter::default()
        } else {
            ExecutionFilter {
                values: error_codes
                    .into_iter()
                    .map(|code| (FilterField::ErrorCode, code))
                    .collect(),
                ..filter
            }
        };
        let mut listed = Vec::new();
        for offset in [0, 100] {
            listed.extend(model::list(&all, &filter, page(100, offset)).0);
        }
        // A few of each list, its ends among them; of the unfiltered one each.
        let step = if case == 0 { 1 } else { (listed.len() / 5).max(1) };
        for place in (0..listed.len()).step_by(step).chain(listed.len().checked_sub(1)) {
            let execution = all.iter().find(|one| one.execution_id == listed[place]).unwrap();
            let expected = Neighbors {
                newer: place.checked_sub(1).map(|above| listed[above].clone()),
                older: listed.get(place + 1).cloned(),
                before: place as u64,
            };
            assert_eq!(
                neighbors(&world, &filter, execution).await,
                expected,
                "{case}: {filter:?} {execution:?}"
            );
        }
    }
}

async fn an_execution_that_the_filter_leaves_out_has_neighbors_too(database: TestDatabase) {
    let world = World::new(database).await;
    for (id, status, time) in [
        ("a", "failed", "09:00"),
        ("b", "success", "09:01"),
        ("c", "failed", "09:02"),
    ] {
        let time = format!("2025-11-18T{time}:00Z");
        world
            .record_one(json!({"executionId": id, "status": status, "executedAt": time}))
            .await;
    }
    let listed = world.list(&ExecutionFilter::default(), page(3, 0)).await;
    let filter = ExecutionFilter {
        statuses: [Status::Failed].into_iter().collect(),
        ..Default::default()
    };
    let expected = Neighbors {
        newer: Some("c".parse().unwrap()),
        older: Some("a".parse().unwrap()),
        before: 1,
    };
    assert_eq!(neighbors(&world, &filter, &listed.executions[1]).await, expected);
    let past = ExecutionFilter {
        to: Some(at("2025-11-18T08:00:00Z")),
        ..Default::default()
    };
    assert_eq!(
        neighbors(&world, &past, &listed.executions[1]).await,
        Neighbors::default()
    );
}

async fn neighbors_stay_within_their_agent(database: TestDatabase) {
    let world = World::new(database).await;
    let execution = json!({"executionId": "mine", "status": "success"});
    world.record_one(execution).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let other = store.create_agent(*organization, "Other", now()).await.unwrap();
    for id in ["a", "z"] {
        let one = fields(json!({"executionId": id, "status": "success"}));
        store
            .record(
                *organization,
                &other.agent_id,
                &RecordedBy::default(),
                now(),
                vec![one],
            )
            .await
            .unwrap();
    }
    let mine = store
        .execution(*organization, agent, &"mine".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(
        neighbors(&world, &ExecutionFilter::default(), &mine.summary).await,
        Neighbors::default()
    );
}
