//! Real executions, recorded through the REST call and read back in full: nothing lost, nothing twice, nothing changed.
//! Skipped by name where the folder of real data is absent.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;

use client::Client;
use domain::time::parse_instant;
use serde_json::Value;
use std::{collections::HashMap, fs::File, io::BufReader};
use testkit::{SharedData, TestDatabase};

/// Executions in one call: the most it takes.
const BATCH: usize = 1_000;
/// Rows on a page: the most it takes.
const LIMIT: usize = 100;

testkit::on_both_databases!(recorded_agent_calls, an_hour_of_a_production_service);

async fn recorded_agent_calls(database: TestDatabase) {
    let Some(data) = SharedData::or_skip("recorded_agent_calls") else {
        return;
    };
    let source = testkit::tensorzero(BufReader::new(File::open(data.tensorzero()).unwrap())).unwrap();
    assert_eq!(source.len(), 743);
    let client = Client::start(&database).await;
    agrees(&client, &source).await;
    for execution in source.iter().step_by(50) {
        payload_agrees(&client, execution).await;
    }
}

async fn an_hour_of_a_production_service(database: TestDatabase) {
    let Some(data) = SharedData::or_skip("an_hour_of_a_production_service") else {
        return;
    };
    let source = testkit::azure(File::open(data.azure()).unwrap()).unwrap();
    assert_eq!(source.len(), 19_366);
    let client = Client::start(&database).await;
    agrees(&client, &source).await;
    let listed = pages(&client, source.len()).await;
    assert_eq!(sum(&listed, "inputTokens"), 22_361_870);
    assert_eq!(sum(&listed, "outputTokens"), 4_088_665);
}

/// Records `source`, and again, and compares list and CSV with it.
async fn agrees(client: &Client, source: &[Value]) {
    record(client, source, "created").await;
    let expected = newest_first(source);
    let listed = pages(client, source.len()).await;
    let ids = |executions: &[Value]| -> Vec<String> {
        executions.iter().map(|one| text(one, "executionId")).collect()
    };
    assert_eq!(ids(&listed), ids(&expected), "every page once, in order");
    assert!(listed.iter().all(|execution| execution["costUSD"].is_null()));
    csv_agrees(client, &expected).await;

    record(client, source, "unchanged").await;
    assert_eq!(
        pages(client, source.len()).await,
        listed,
        "a repeat changes nothing"
    );
}

/// Records in the file's order, in batches; each item is to have that result.
async fn record(client: &Client, source: &[Value], expected: &str) {
    for batch in source.chunks(BATCH) {
        let answer = client.record(&testkit::ndjson(batch)).await;
        let results = answer["results"].as_array().unwrap();
        assert_eq!(results.len(), batch.len());
        for (result, execution) in results.iter().zip(batch) {
            assert_eq!(result["executionId"], execution["executionId"]);
            assert_eq!(result["result"], expected, "{result}");
        }
    }
}

/// Every page of the list; each agrees with the total.
async fn pages(client: &Client, total: usize) -> Vec<Value> {
    let mut listed = Vec::new();
    for offset in (0..total).step_by(LIMIT) {
        let page = client.json(&format!("?limit={LIMIT}&offset={offset}")).await;
        let executions = page["executions"].as_array().unwrap();
        assert_eq!(page["pagination"]["total"], total);
        assert_eq!(page["pagination"]["hasMore"], offset + LIMIT < total);
        assert_eq!(executions.len(), LIMIT.min(total - offset));
        listed.extend(executions.iter().cloned());
    }
    listed
}

/// The file has the source's executions row by row, and nothing where nothing is known.
async fn csv_agrees(client: &Client, expected: &[Value]) {
    let csv = client.text("/export").await;
    let mut rows = csv.split("\r\n");
    assert_eq!(
        rows.next(),
        Some("Execution ID,Status,Source,Executed At,Latency (ms),Tokens,Cost (USD),Model,Version")
    );
    for execution in expected {
        let executed_at = parse_instant(&text(execution, "executedAt")).unwrap();
        let tokens = execution["inputTokens"]
            .as_i64()
            .zip(execution["outputTokens"].as_i64());
        let cells = [
            text(execution, "executionId"),
            "success".to_owned(),
            "api".to_owned(),
            executed_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            text(execution, "latencyMs"),
            tokens.map_or_else(String::new, |(input, output)| (input + output).to_string()),
            String::new(),
            String::new(),
            text(execution, "version"),
        ];
        assert_eq!(rows.next(), Some(cells.join(",").as_str()));
    }
    assert_eq!((rows.next(), rows.next()), (Some(""), None));
}

/// The detail says what the source says, field by field.
async fn payload_agrees(client: &Client, source: &Value) {
    let answer = client.json(&format!("/{}", text(source, "executionId"))).await;
    for (field, value) in source.as_object().unwrap() {
        assert_eq!(answer["execution"][field], *value, "{field}");
    }
}

/// By start, then identifier, both descending.
fn newest_first(source: &[Value]) -> Vec<Value> {
    let key = |execution: &Value| {
        (
            parse_instant(&text(execution, "executedAt")),
            text(execution, "executionId"),
        )
    };
    let keys: HashMap<_, _> = source
        .iter()
        .map(|one| (text(one, "executionId"), key(one)))
        .collect();
    assert_eq!(keys.len(), source.len(), "identifiers are unique");
    let mut sorted = source.to_vec();
    sorted.sort_by(|a, b| keys[&text(b, "executionId")].cmp(&keys[&text(a, "executionId")]));
    sorted
}

fn sum(executions: &[Value], field: &str) -> i64 {
    executions.iter().map(|one| one[field].as_i64().unwrap()).sum()
}

/// A field as CSV has it; empty where it is absent.
fn text(execution: &Value, field: &str) -> String {
    match &execution[field] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
