//! The history over time, against the naive model.

use crate::{
    lists::{deterministic, history},
    model,
    support::{World, at, fields, now, page},
};
use chrono::Duration;
use domain::{
    Choice, ExecutionFilter, ExecutionSummary, FilterField, Status, Strip, Timestamp, VersionNumber,
    time::from_micros,
    zones::{self, Tz},
};
use proptest::{prelude::*, strategy::ValueTree};
use serde_json::json;
use store::{NewVersion, RecordedBy};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    every_strip_agrees_with_the_model,
    the_ends_of_an_open_range,
    a_day_of_a_zone_is_a_bar,
    activations_are_told_where_they_happened,
    bars_and_total_are_of_one_moment,
);

async fn strip(world: &World, filter: &ExecutionFilter, zone: Tz, now: Timestamp) -> Strip {
    world
        .store
        .strip(world.organization, &world.agent, filter, zone, now)
        .await
        .unwrap()
}

fn assert_agrees(strip: &Strip, all: &[ExecutionSummary], filter: &ExecutionFilter) {
    let matching: Vec<_> = all.iter().filter(|one| filter.matches(one)).collect();
    let total: u64 = strip.bars.iter().map(domain::Bar::total).sum();
    assert_eq!(total, matching.len() as u64, "{filter:?}");
    assert!(strip.bars.len() <= 100, "{filter:?}: {} bars", strip.bars.len());
    for pair in strip.bars.windows(2) {
        assert_eq!(pair[0].until, pair[1].from, "{filter:?}");
    }
    for bar in &strip.bars {
        assert!(bar.from < bar.until, "{filter:?}");
        for (status, count) in Status::ALL.iter().zip(bar.counts) {
            let expected = matching
                .iter()
                .filter(|one| one.status == *status)
                .filter(|one| one.executed_at >= bar.from && one.executed_at < bar.until);
            assert_eq!(
                count,
                expected.count() as u64,
                "{filter:?} {status:?} from {} until {}",
                bar.from,
                bar.until
            );
        }
    }
}

async fn every_strip_agrees_with_the_model(database: TestDatabase) {
    let world = World::new(database).await;
    let all = history(&world).await;
    let range = |from, until| (at(from).timestamp_micros(), at(until).timestamp_micros());
    let zones = [
        Tz::UTC,
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::Asia__Kathmandu,
        Tz::Australia__Lord_Howe,
        Tz::Pacific__Auckland,
    ];
    for (seed, (from, until)) in [
        (1, range("2014-12-01T00:00:00Z", "2026-01-01T00:00:00Z")),
        (2, range("2025-08-20T00:00:00Z", "2025-11-22T00:00:00Z")),
        (3, range("2025-11-17T00:00:00Z", "2025-11-20T00:00:00Z")),
        (4, range("2025-11-18T09:30:00Z", "2025-11-18T10:15:00Z")),
    ] {
        let mut runner = deterministic(seed);
        let asked = (
            model::filters(from, until),
            proptest::sample::select(zones.to_vec()),
            from..until,
        );
        for _ in 0..100 {
            let (filter, zone, now) = asked.new_tree(&mut runner).unwrap().current();
            let strip = strip(&world, &filter, zone, from_micros(now)).await;
            assert_agrees(&strip, &all, &filter);
        }
    }
    for (id, total) in [(all[7].execution_id.clone(), 1), ("none".parse().unwrap(), 0)] {
        let filter = ExecutionFilter {
            values: [(FilterField::ExecutionId, id.as_str())].into_iter().collect(),
            ..Default::default()
        };
        let strip = strip(&world, &filter, Tz::UTC, now()).await;
        assert_agrees(&strip, &all, &filter);
        assert_eq!(strip.bars.iter().map(domain::Bar::total).sum::<u64>(), total);
    }
}

async fn the_ends_of_an_open_range(database: TestDatabase) {
    let world = World::new(database).await;
    let (first, newest) = (at("2025-11-18T09:45:00Z"), at("2025-11-18T11:00:00.5Z"));
    let everything = ExecutionFilter::default();
    assert_eq!(
        strip(&world, &everything, Tz::UTC, newest).await,
        Strip::default()
    );
    for executed_at in [first, newest] {
        world
            .record_one(json!({"status": "success", "executedAt": executed_at}))
            .await;
    }
    let ends = |strip: Strip| (strip.bars[0].from, strip.bars[strip.bars.len() - 1].until);
    let later = newest + Duration::minutes(7);
    assert_eq!(
        ends(strip(&world, &everything, Tz::UTC, later).await),
        (first, later)
    );
    // One clock is ahead of the other.
    assert_eq!(
        ends(strip(&world, &everything, Tz::UTC, first).await),
        (first, newest + Duration::microseconds(1))
    );
    let nothing_yet = ExecutionFilter {
        from: Some(later),
        ..Default::default()
    };
    assert_eq!(
        strip(&world, &nothing_yet, Tz::UTC, newest).await,
        Strip::default()
    );
    let before = ExecutionFilter {
        to: Some(first - Duration::days(1)),
        ..Default::default()
    };
    assert_eq!(strip(&world, &before, Tz::UTC, newest).await, Strip::default());
    let empty = ExecutionFilter {
        from: Some(first - Duration::days(2)),
        ..before
    };
    let empty = strip(&world, &empty, Tz::UTC, newest).await;
    assert!(!empty.bars.is_empty() && empty.bars.iter().all(|bar| bar.total() == 0));
}

async fn a_day_of_a_zone_is_a_bar(database: TestDatabase) {
    let world = World::new(database).await;
    let zone = Tz::Asia__Kathmandu;
    let day = |day: &str| zones::day_start(day.parse().unwrap(), zone);
    for executed_at in [
        day("2025-11-18") - Duration::microseconds(1),
        day("2025-11-18"),
        day("2025-11-19") - Duration::microseconds(1),
    ] {
        world
            .record_one(json!({"status": "failed", "executedAt": executed_at}))
            .await;
    }
    let filter = ExecutionFilter {
        from: Some(day("2025-09-01")),
        to: Some(day("2025-11-30") - Duration::microseconds(1)),
        ..Default::default()
    };
    let strip = strip(&world, &filter, zone, now()).await;
    assert_eq!(strip.bars.len(), 90);
    let filled: Vec<_> = strip.bars.iter().filter(|bar| bar.total() > 0).collect();
    assert_eq!(
        filled
            .iter()
            .map(|bar| (bar.from, bar.until, bar.total()))
            .collect::<Vec<_>>(),
        [
            (day("2025-11-17"), day("2025-11-18"), 1),
            (day("2025-11-18"), day("2025-11-19"), 2)
        ]
    );
}

async fn activations_are_told_where_they_happened(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let version = || NewVersion {
        model: "m".into(),
        temperature: None,
        system_prompt: None,
        user_prompt_template: "t".into(),
        activate: false,
    };
    let moments = [
        "2025-11-01T00:00:00Z",
        "2025-11-02T00:00:00Z",
        "2025-11-03T00:00:00Z",
    ]
    .map(at);
    store
        .create_version(*organization, agent, version(), moments[0])
        .await
        .unwrap();
    store
        .create_version(*organization, agent, version(), moments[0])
        .await
        .unwrap();
    // To the second one and back; what is in use already is not put in use.
    for (number, moment) in [(2, moments[1]), (1, moments[2]), (1, now())] {
        store
            .activate_version(*organization, agent, VersionNumber(number), moment)
            .await
            .unwrap();
    }
    world
        .record_one(json!({"status": "success", "executedAt": moments[1]}))
        .await;
    let told = |strip: Strip| {
        let told = strip.activations.into_iter();
        told.map(|one| (one.version.0, one.at)).collect::<Vec<_>>()
    };
    let everything = ExecutionFilter::default();
    assert_eq!(
        told(strip(&world, &everything, Tz::UTC, now()).await),
        [(2, moments[1]), (1, moments[2])],
        "the first was before the range"
    );
    let whole = ExecutionFilter {
        from: Some(moments[0]),
        to: Some(moments[1]),
        ..Default::default()
    };
    assert_eq!(
        told(strip(&world, &whole, Tz::UTC, now()).await),
        [(1, moments[0]), (2, moments[1])]
    );
}

async fn bars_and_total_are_of_one_moment(database: TestDatabase) {
    let world = World::new(database).await;
    let writer = {
        let (store, organization, agent) = (world.store.clone(), world.organization, world.agent.clone());
        tokio::spawn(async move {
            for number in 0..100 {
                let end = now() - Duration::seconds(number);
                // One after the other, in two bars far apart: no strip has more of the second than of the first.
                for executed_at in [end - Duration::days(30), end] {
                    let one = vec![fields(json!({"status": "success", "executedAt": executed_at}))];
                    store
                        .record(organization, &agent, &RecordedBy::default(), now(), one)
                        .await
                        .unwrap();
                }
            }
        })
    };
    let range = ExecutionFilter {
        from: Some(now() - Duration::days(40)),
        to: Some(now()),
        ..Default::default()
    };
    while !writer.is_finished() {
        let (list, strip) = world
            .store
            .list_with_strip(
                world.organization,
                &world.agent,
                &range,
                page(1, 0),
                Tz::Asia__Kathmandu,
                now(),
            )
            .await
            .unwrap();
        let counts: Vec<_> = strip.bars.iter().map(domain::Bar::total).collect();
        let total: u64 = counts.iter().sum();
        assert_eq!(total, list.total);
        let late: u64 = counts[counts.len() - 4..].iter().sum();
        assert!(
            total - late == late || total - late == late + 1,
            "{total} of which {late}"
        );
    }
    writer.await.unwrap();
    let all = world.list(&range, page(1, 0)).await.total;
    assert_eq!(all, 200);
}
