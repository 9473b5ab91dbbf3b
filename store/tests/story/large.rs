//! Executions that are large: how much of them is in memory at once, whoever reads, exports or names them again.

use crate::support::{World, at, now};
use domain::{Execution, ExecutionFilter, ExecutionId};
use serde_json::{Value, json};
use std::time::Duration;
use store::{AmendOutcome, Held, RecordResult};
use testkit::{TestDatabase, on_both_databases};
use tokio::time::timeout;

on_both_databases!(
    a_page_of_an_export_is_bounded_by_bytes,
    an_export_goes_on_while_its_reader_holds_a_page,
    large_reads_take_turns,
    large_ones_are_named_again,
    large_ones_that_run_are_ended,
);

const MEBIBYTE: usize = 1 << 20;

/// A text that is next to nothing once it is compressed.
fn blank(bytes: usize) -> String {
    "a".repeat(bytes)
}

/// A text that hardly gets smaller.
fn noise(bytes: usize, mut seed: u64) -> String {
    let letter = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'#' + (seed >> 33) as u8 % 56)
    };
    (0..bytes).map(letter).collect()
}

fn id(text: &str) -> ExecutionId {
    text.parse().unwrap()
}

impl World {
    /// Successes with these outputs, the first the newest.
    async fn outputs(&self, outputs: impl IntoIterator<Item = String>) {
        for (number, output) in outputs.into_iter().enumerate() {
            let executed_at = at("2025-11-18T09:45:00Z") - chrono::Duration::seconds(number as i64);
            let one = json!({
                "executionId": format!("exec_{number}"), "status": "success", "executedAt": executed_at,
                "outputText": output,
            });
            self.record_one(one).await;
        }
    }

    /// How many executions each page of an export has.
    async fn pages(&self) -> Vec<usize> {
        let mut cursor = self
            .store
            .begin_export(self.organization, &self.agent)
            .await
            .unwrap();
        let (mut sizes, mut ids) = (Vec::new(), Vec::new());
        let filter = ExecutionFilter::default();
        loop {
            let page = self
                .store
                .export_executions(self.organization, &self.agent, &filter, &mut cursor, 100)
                .await
                .unwrap();
            if page.is_empty() {
                let all: Vec<_> = (0..ids.len())
                    .map(|number| id(&format!("exec_{number}")))
                    .collect();
                assert_eq!(ids, all, "each once, and in order");
                return sizes;
            }
            sizes.push(page.len());
            ids.extend(
                page.iter()
                    .map(|one| one.as_ref().unwrap().summary.execution_id.clone()),
            );
        }
    }

    async fn whole(&self, text: &str) -> Held<Execution> {
        let id = id(text);
        let read = self.store.execution(self.organization, &self.agent, &id);
        read.await.unwrap()
    }
}

async fn a_page_of_an_export_is_bounded_by_bytes(database: TestDatabase) {
    let world = World::new(database).await;
    let sizes = [1, 1, 9, 3, 3, 3, 1];
    world.outputs(sizes.map(|size| blank(size * MEBIBYTE))).await;
    assert_eq!(world.pages().await, [2, 1, 2, 2], "unpacked");

    let other = World::new(TestDatabase::sqlite().unwrap()).await;
    let sizes = [6, 2, 2, 2];
    let noises = (0..).zip(sizes).map(|(seed, size)| noise(size * MEBIBYTE, seed));
    other.outputs(noises).await;
    assert_eq!(other.pages().await, [1, 2, 1], "sealed");
}

async fn an_export_goes_on_while_its_reader_holds_a_page(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .outputs([17, 17, 1].map(|size| blank(size * MEBIBYTE)))
        .await;
    let mut cursor = world
        .store
        .begin_export(world.organization, &world.agent)
        .await
        .unwrap();
    let filter = ExecutionFilter::default();
    let mut next = async |milliseconds| {
        let page = world
            .store
            .export_executions(world.organization, &world.agent, &filter, &mut cursor, 100);
        let page = timeout(Duration::from_millis(milliseconds), page).await.ok()?;
        Some(page.unwrap())
    };
    let held = next(14_000).await.unwrap();
    assert_eq!(held[0].as_ref().unwrap().summary.execution_id, id("exec_0"));
    assert!(next(700).await.is_none(), "no memory for the second");
    drop(held);
    assert_eq!(
        next(14_000).await.unwrap()[0]
            .as_ref()
            .unwrap()
            .summary
            .execution_id,
        id("exec_1")
    );
}

async fn large_reads_take_turns(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .outputs([blank(17 * MEBIBYTE), noise(MEBIBYTE, 7), blank(10)])
        .await;
    let first = world.whole("exec_0").await;
    assert_eq!(first.payload.output_text.as_ref().unwrap().len(), 17 * MEBIBYTE);
    let second = timeout(Duration::from_millis(700), world.whole("exec_0")).await;
    assert!(second.is_err(), "it is not its turn");
    // What is small needs none.
    world.whole("exec_2").await;
    let (second, third) = tokio::join!(world.whole("exec_1"), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(first);
        world.whole("exec_0").await
    });
    assert_eq!(second.payload.output_text, Some(noise(MEBIBYTE, 7)));
    assert_eq!(third.payload.output_text.as_ref().unwrap().len(), 17 * MEBIBYTE);
}

async fn large_ones_are_named_again(database: TestDatabase) {
    let world = World::new(database).await;
    let large = |number: u64| {
        let output = if number.is_multiple_of(2) {
            blank(2 * MEBIBYTE)
        } else {
            noise(3 * MEBIBYTE / 2, number)
        };
        json!({"executionId": format!("exec_{number}"), "status": "success", "outputText": output})
    };
    world.record((0..4).map(large).collect()).await;
    let repeats: Vec<Value> = (0..4).chain([0, 1]).map(large).collect();
    let unchanged = world.record(repeats).await;
    for recorded in &unchanged {
        assert!(
            matches!(recorded.result, RecordResult::Unchanged(_)),
            "{recorded:?}"
        );
    }
    // Nothing of them needs to be opened by those who name others, or what another agent has.
    let mut conflict = large(3);
    conflict["outputText"] = json!("another");
    let results = world.record(vec![large(1), conflict, large(9)]).await;
    let results: Vec<_> = results.into_iter().map(|one| one.result).collect();
    assert!(
        matches!(
            results[..],
            [
                RecordResult::Unchanged(_),
                RecordResult::Conflict,
                RecordResult::Created(_)
            ]
        ),
        "{results:?}"
    );
    // While readers hold all the memory, the small ones are recorded all the same.
    let held = world.whole("exec_0").await;
    let also = world.whole("exec_2").await;
    let small = json!({"executionId": "small", "status": "success"});
    world.record_one(small.clone()).await;
    assert!(matches!(
        world.record_one(small).await,
        RecordResult::Unchanged(_)
    ));
    drop((held, also));
}

async fn large_ones_that_run_are_ended(database: TestDatabase) {
    let world = World::new(database).await;
    let begins = |number: u64| {
        json!({
            "executionId": format!("exec_{number}"), "status": "running", "systemPrompt": noise(3 * MEBIBYTE / 2, number),
        })
    };
    world.record((0..3).map(begins).collect()).await;
    // Ended, said again, and begun again in one group: each sees what was made of it before.
    let ends = |number: u64| json!({"executionId": format!("exec_{number}"), "status": "failed", "errorMessage": "Off", "latencyMs": 7});
    let group: Vec<_> = (0..3)
        .map(ends)
        .chain((0..3).map(ends))
        .chain((0..3).map(begins))
        .collect();
    let results = world.record(group).await;
    for (index, recorded) in results.iter().enumerate() {
        let fits = match index / 3 {
            0 => matches!(recorded.result, RecordResult::Finished(_)),
            1 => matches!(recorded.result, RecordResult::Unchanged(_)),
            _ => matches!(recorded.result, RecordResult::Unchanged(_)),
        };
        assert!(fits, "{index}: {recorded:?}");
    }
    for number in 0..3 {
        let ended = world.whole(&format!("exec_{number}")).await;
        assert_eq!(ended.payload.system_prompt, Some(noise(3 * MEBIBYTE / 2, number)));
        assert_eq!(
            (ended.payload.error_message.as_deref(), ended.summary.latency_ms),
            (Some("Off"), Some(7))
        );
    }

    world.record_one(begins(9)).await;
    let amend = async |change: Value| {
        let change = crate::support::fields(change);
        world
            .store
            .amend(world.organization, &world.agent, &id("exec_9"), change, now())
            .await
            .unwrap()
    };
    let AmendOutcome::Unchanged(same) = amend(json!({})).await else {
        panic!("nothing was given")
    };
    assert_eq!(same.payload.system_prompt, Some(noise(3 * MEBIBYTE / 2, 9)));
    drop(same);
    let AmendOutcome::Amended(ended) = amend(json!({"status": "success", "outputText": "Done"})).await else {
        panic!("it was running")
    };
    assert_eq!(ended.payload.output_text.as_deref(), Some("Done"));
    assert!(ended.payload.system_prompt.is_some());
}
