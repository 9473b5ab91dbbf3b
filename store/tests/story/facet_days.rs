//! Days that were counted by version, model, error code and API key: lists and strips agree with the naive model,
//! whatever is recorded, finished or removed meanwhile.

use crate::{
    lists, model,
    support::{World, at, fields, now, page},
};
use domain::{ExecutionFilter, ExecutionSummary, FilterField, Status, strip::STATUSES, zones::Tz};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::atomic::AtomicU64;
use store::{RecordResult, Recorded};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    counted_days_agree_with_the_model,
    a_change_uncounts_its_day_alone,
    a_counting_that_was_disturbed_is_void,
    nothing_is_left_of_what_went,
    a_counted_day_is_not_looked_through,
);

/// Counts every day that is worth it; answers how many.
async fn count(world: &World) -> usize {
    let days = world.store.uncounted_days(now()).await.unwrap();
    for day in &days {
        assert!(world.store.count_day(day).await.unwrap());
    }
    days.len()
}

fn filters() -> Vec<ExecutionFilter> {
    let of = |field: FilterField, values: &[&str]| ExecutionFilter {
        values: values.iter().map(|value| (field, value)).collect(),
        ..Default::default()
    };
    let version = |version: &str| of(FilterField::Version, &[version]);
    let model = |models: &[&str]| of(FilterField::Model, models);
    vec![
        version("V1"),
        version("="),
        version("V404"),
        model(&["m1", "m3"]),
        of(FilterField::Provider, &["p1"]),
        // By this no day is counted.
        of(FilterField::ExecutedBy, &["who1"]),
        ExecutionFilter {
            values: [(FilterField::ExecutedBy, "who0"), (FilterField::Model, "m1")]
                .into_iter()
                .collect(),
            ..Default::default()
        },
        ExecutionFilter {
            statuses: [Status::Failed, Status::Unauthorized].into_iter().collect(),
            ..model(&["m2"])
        },
        ExecutionFilter {
            from: Some(at("2025-10-15T07:13:00Z")),
            to: Some(at("2025-11-18T23:59:59.999999Z")),
            ..version("V2")
        },
        ExecutionFilter {
            from: Some(at("2025-11-18T00:00:00Z")),
            to: Some(at("2025-11-18T09:50:00Z")),
            ..model(&["m1"])
        },
    ]
}

async fn agrees(world: &World, all: &[ExecutionSummary]) {
    for filter in filters() {
        let expected: Vec<_> = all.iter().filter(|row| filter.matches(row)).collect();
        let total = expected.len() as u64;
        for offset in [0, 1, total / 2, total.saturating_sub(3), total] {
            let page = page(20, offset);
            let listed = world.list(&filter, page).await;
            let ids: Vec<_> = listed
                .executions
                .into_iter()
                .map(|row| row.execution_id)
                .collect();
            assert_eq!(
                (ids, listed.total),
                model::list(all, &filter, page),
                "{filter:?} from {offset}"
            );
        }
        for zone in [Tz::UTC, Tz::Asia__Kathmandu] {
            let strip = world
                .store
                .strip(world.organization, &world.agent, &filter, zone, now())
                .await
                .unwrap();
            let mut sums = [0; STATUSES];
            for bar in &strip.bars {
                let held = expected
                    .iter()
                    .filter(|row| (bar.from..bar.until).contains(&row.executed_at))
                    .count() as u64;
                assert_eq!(bar.counts.iter().sum::<u64>(), held, "{filter:?} {zone} {bar:?}");
                for (sum, count) in sums.iter_mut().zip(bar.counts) {
                    *sum += count;
                }
            }
            assert_eq!(sums.iter().sum::<u64>(), total, "{filter:?} {zone}");
        }
    }
}

fn created(all: &mut Vec<ExecutionSummary>, recorded: Vec<Recorded>) {
    for recorded in recorded {
        let RecordResult::Created(summary) = recorded.result else {
            panic!("{recorded:?}")
        };
        all.push(summary);
    }
}

async fn counted_days_agree_with_the_model(database: TestDatabase) {
    let world = World::new(database).await;
    let mut all = lists::history(&world).await;
    for day in 14..19 {
        let full = (0..150).map(|number| {
            json!({
                "status": if number % 7 == 0 { "failed" } else { "success" },
                "executedAt": format!("2025-10-{day}T{:02}:{:02}:00Z", number % 24, number % 60),
                "version": format!("V{}", number % 3), "model": format!("m{}", number % 2 + day % 2),
                "provider": format!("p{}", number % 2), "executedBy": format!("who{}", number % 4),
            })
        });
        created(&mut all, world.record(full.collect()).await);
    }
    agrees(&world, &all).await;
    assert_eq!(count(&world).await, 6, "those five and the one with the burst");
    assert_eq!(count(&world).await, 0, "what is counted is not counted again");
    agrees(&world, &all).await;

    // Late ones, on a day that is counted.
    let late: Vec<_> = (0..30)
        .map(|number| {
            json!({"status": "failed", "executedAt": format!("2025-11-18T09:{number:02}:00Z"), "version": "V1", "model": "m2"})
        })
        .collect();
    created(&mut all, world.record(late).await);
    agrees(&world, &all).await;
    assert_eq!(count(&world).await, 1);
    agrees(&world, &all).await;
}

async fn day_of(world: &World, day: &str, executions: usize) {
    let executions = (0..executions)
        .map(|number| json!({"executionId": format!("{day}_{number}"), "status": "running", "executedAt": format!("{day}T12:00:00Z"), "model": "m1"}));
    world.record(executions.collect()).await;
}

async fn a_change_uncounts_its_day_alone(database: TestDatabase) {
    let world = World::new(database).await;
    for day in ["2025-11-01", "2025-11-02", "2025-11-03"] {
        day_of(&world, day, 100).await;
    }
    day_of(&world, "2025-11-04", 99).await;
    assert_eq!(count(&world).await, 3, "too few make no day worth counting");

    let end = fields(json!({"status": "success", "model": "m2"}));
    let id = "2025-11-02_7".parse().unwrap();
    world
        .store
        .amend(world.organization, &world.agent, &id, end, now())
        .await
        .unwrap();
    let of_m1 = ExecutionFilter {
        values: [(FilterField::Model, "m1")].into_iter().collect(),
        ..Default::default()
    };
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 398);
    assert_eq!(count(&world).await, 1);
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 398);
    assert_eq!(rows(&world.database.url, "facet_counts").await, 4);
    world
        .store
        .erase_execution(world.organization, &world.agent, &"2025-11-01_0".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 397);
}

async fn a_counting_that_was_disturbed_is_void(database: TestDatabase) {
    let world = World::new(database).await;
    day_of(&world, "2025-11-01", 1_000).await;
    let days = world.store.uncounted_days(now()).await.unwrap();
    let [day] = days[..] else { panic!("{days:?}") };
    let counting = async {
        let mut counted = 0;
        for _ in 0..20 {
            counted += usize::from(world.store.count_day(&day).await.unwrap());
        }
        counted
    };
    let recording = async {
        for number in 0..60 {
            world
                .record_one(json!({"executionId": format!("late_{number}"), "status": "success", "executedAt": "2025-11-01T13:00:00Z", "model": "m1"}))
                .await;
        }
    };
    let of_m1 = ExecutionFilter {
        values: [(FilterField::Model, "m1")].into_iter().collect(),
        ..Default::default()
    };
    tokio::join!(counting, recording);
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 1_060);
    count(&world).await;
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 1_060);
}

async fn nothing_is_left_of_what_went(database: TestDatabase) {
    let world = World::new(database).await;
    day_of(&world, "2025-11-01", 100).await;
    count(&world).await;
    world
        .store
        .erase_agent(world.organization, &world.agent, &AtomicU64::new(0))
        .await
        .unwrap();
    for table in ["facet_days", "facet_counts"] {
        assert_eq!(rows(&world.database.url, table).await, 0, "{table}");
    }
}

async fn a_counted_day_is_not_looked_through(database: TestDatabase) {
    let world = World::new(database).await;
    day_of(&world, "2025-11-01", 100).await;
    count(&world).await;
    // What no counting would say shows from where the answer comes.
    let sql = "UPDATE facet_counts SET executions = 12345";
    let url = &world.database.url;
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    let of_m1 = ExecutionFilter {
        values: [(FilterField::Model, "m1")].into_iter().collect(),
        from: Some(at("2025-08-01T00:00:00Z")),
        to: Some(at("2025-12-31T23:59:59.999999Z")),
        ..Default::default()
    };
    assert_eq!(world.list(&of_m1, page(1, 0)).await.total, 12_345);
    let strip = world
        .store
        .strip(world.organization, &world.agent, &of_m1, Tz::UTC, now())
        .await
        .unwrap();
    let sum: u64 = strip.bars.iter().flat_map(|bar| bar.counts).sum();
    assert_eq!(sum, 12_345);
}

async fn rows(url: &str, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}
