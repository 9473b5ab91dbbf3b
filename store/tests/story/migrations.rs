//! What migrations make of what was recorded before them.

use crate::support::{World, at, now};
use domain::{ExecutionFilter, FilterField, zones::Tz};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use store::NewVersion;
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    facets_activations_and_hours_are_filled_in,
    what_runs_was_last_heard_of_when_it_began,
);

/// The statements of a migration that fill its tables and columns in.
pub fn fillings(migration: &str) -> String {
    let lines: Vec<_> = migration.lines().filter(|line| !line.starts_with("--")).collect();
    lines
        .join("\n")
        .split_inclusive(';')
        .filter(|statement| {
            let statement = statement.trim_start();
            statement.starts_with("INSERT") || statement.starts_with("UPDATE")
        })
        .collect()
}

pub async fn run(url: &str, sql: String) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sql.execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sql.execute(&mut connection).await.unwrap();
    }
}

async fn facets_activations_and_hours_are_filled_in(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let version = NewVersion {
        model: "m".into(),
        temperature: None,
        system_prompt: None,
        user_prompt_template: "t".into(),
        activate: true,
    };
    store
        .create_version(*organization, agent, version, at("2025-11-20T00:00:00Z"))
        .await
        .unwrap();
    let executions = (0..500).map(|number| {
        json!({
            "status": if number % 7 == 0 { "failed" } else { "success" },
            "errorCode": (number % 7 == 0).then_some("TIMEOUT"), "model": "m1", "version": format!("V{}", number % 4),
            "executedAt": at("2025-11-10T00:00:00Z") + chrono::Duration::minutes(number * 37),
        })
    });
    world.record(executions.collect()).await;
    let told = async || {
        let strip = store
            .strip(
                *organization,
                agent,
                &ExecutionFilter::default(),
                Tz::Asia__Kathmandu,
                now(),
            )
            .await
            .unwrap();
        (strip, store.facets(*organization, agent).await.unwrap())
    };
    let before = told().await;
    assert_eq!(
        (
            before.0.activations.len(),
            before.1.of(FilterField::Version).len()
        ),
        (1, 4)
    );
    let url = &world.database.url;
    let empty =
        "DELETE FROM facets; DELETE FROM activations; DELETE FROM execution_counts WHERE width = 3600;";
    run(url, empty.to_owned()).await;
    assert_ne!(told().await, before);
    let migration = if url.starts_with("sqlite") {
        include_str!("../../../migrations/sqlite/0003_insight.sql")
    } else {
        include_str!("../../../migrations/postgres/0003_insight.sql")
    };
    run(url, fillings(migration)).await;
    assert_eq!(told().await, before);
}

async fn what_runs_was_last_heard_of_when_it_began(database: TestDatabase) {
    let world = World::new(database).await;
    let began = at("2025-12-31T00:00:00Z");
    world
        .record(vec![
            json!({"status": "running", "executedAt": began}),
            json!({"status": "success", "executedAt": began}),
        ])
        .await;
    let url = &world.database.url;
    run(url, "UPDATE executions SET heard_at = NULL".to_owned()).await;
    assert_eq!(world.store.abandon(now()).await.unwrap(), 0);
    let migration = if url.starts_with("sqlite") {
        include_str!("../../../migrations/sqlite/0013_abandonment.sql")
    } else {
        include_str!("../../../migrations/postgres/0013_abandonment.sql")
    };
    run(url, fillings(migration)).await;
    assert_eq!(world.store.abandon(began).await.unwrap(), 0);
    assert_eq!(world.store.abandon(now()).await.unwrap(), 1);
}
