//! Exports in pages.

use crate::support::{World, at, now};
use domain::{ExecutionFilter, Status};
use serde_json::json;
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(an_export_is_the_filtered_set, what_arrives_meanwhile_stays_out);

async fn executions(world: &World, prefix: &str, count: usize) {
    let execution = |number: usize| {
        // Ties on purpose: ten share an instant.
        let second = number / 10 % 60;
        let status = if number.is_multiple_of(7) {
            "failed"
        } else {
            "success"
        };
        json!({
            "executionId": format!("{prefix}_{number}"), "status": status, "outputText": number.to_string(),
            "executedAt": format!("2025-11-18T09:45:{second:02}Z")
        })
    };
    world.record((0..count).map(execution).collect()).await;
}

async fn an_export_is_the_filtered_set(database: TestDatabase) {
    let world = World::new(database).await;
    executions(&world, "exec", 450).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let filter = ExecutionFilter {
        statuses: [Status::Failed].into_iter().collect(),
        from: Some(at("2025-11-18T09:45:10Z")),
        ..Default::default()
    };
    let mut listed = Vec::new();
    for offset in (0..).step_by(100) {
        let page = world
            .list(&filter, crate::support::page(100, offset))
            .await
            .executions;
        if page.is_empty() {
            break;
        }
        listed.extend(page);
    }
    for rows in [1, 7, 1_000] {
        let mut cursor = store.begin_export(*organization, agent).await.unwrap();
        let mut exported = Vec::new();
        loop {
            let page = store
                .export_executions(*organization, agent, &filter, &mut cursor, rows)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            let page = page.into_inner().into_iter().map(Result::unwrap);
            exported.extend(page.map(|one| {
                assert!(one.payload.output_text.is_some());
                one.summary
            }));
        }
        assert_eq!(exported, listed, "in pages of {rows}");
    }
}

async fn what_arrives_meanwhile_stays_out(database: TestDatabase) {
    let world = World::new(database).await;
    executions(&world, "exec", 100).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let everything = ExecutionFilter::default();
    let mut cursor = store.begin_export(*organization, agent).await.unwrap();
    let mut exported = store
        .export_lines(*organization, agent, &everything, &mut cursor, 30)
        .await
        .unwrap();
    executions(&world, "late", 100).await;
    store.create_agent(*organization, "Another", now()).await.unwrap();
    loop {
        let page = store
            .export_lines(*organization, agent, &everything, &mut cursor, 30)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        exported.extend(page);
    }
    assert_eq!(exported.len(), 100);
    assert!(
        exported
            .iter()
            .all(|one| one.execution_id.as_str().starts_with("exec_"))
    );
}
