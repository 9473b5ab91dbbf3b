//! What may help with a failed execution, and what is usual: the evidence that the store finds for it.

use crate::support::{World, at, fields, now};
use chrono::Duration;
use domain::{ApiKeyId, ExecutionFilter, Hint, UsualLatency, VersionNumber, zones::Tz};
use serde_json::{Value, json};
use store::{NewVersion, RecordedBy};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    what_is_usual_for_a_model,
    nothing_for_what_did_not_fail,
    others_at_the_same_time,
    the_first_of_its_kind,
    the_first_since_a_version,
    variables_of_successes,
    large_variables_are_looked_at_in_part,
    a_long_history_is_looked_at_in_part,
    a_key_and_its_name,
);

/// Half past noon, in Berlin half past one.
const SUBJECT: &str = "2025-11-18T12:30:30Z";

impl World {
    /// So many successes, the newest one ten seconds before the subject, one every ten seconds.
    async fn successes(&self, count: i64, each: impl Fn(i64) -> Value) {
        let mut executions = Vec::new();
        for number in 1..=count {
            let executed_at = at(SUBJECT) - Duration::seconds(10 * number);
            let mut one = json!({
                "status": "success", "executedAt": executed_at, "model": "m1", "latencyMs": 1_000, "inputTokens": 100,
            });
            let fields = one.as_object_mut().unwrap();
            fields.extend(each(number).as_object().cloned().unwrap());
            executions.push(one);
        }
        for batch in executions.chunks(1_000) {
            self.record(batch.to_vec()).await;
        }
    }

    /// What is told of an execution that failed at the subject's time, but for the advice at the end.
    async fn hints(&self, more: Value) -> Vec<Hint> {
        let mut one =
            json!({"executionId": "subject", "status": "failed", "executedAt": SUBJECT, "model": "m1"});
        one.as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap());
        self.record_one(one).await;
        self.hints_of_subject().await
    }

    async fn hints_of_subject(&self) -> Vec<Hint> {
        let id = "subject".parse().unwrap();
        let execution = self
            .store
            .execution(self.organization, &self.agent, &id)
            .await
            .unwrap();
        let hints = self
            .store
            .hints(self.organization, &self.agent, &execution, Tz::Europe__Berlin);
        let mut hints = hints.await.unwrap();
        assert_eq!(hints.pop().unwrap().evidence, None, "advice comes last");
        // Every link leads to something.
        for hint in &hints {
            let query = hint.evidence.as_ref().unwrap().query.clone();
            let total = self.total_of(&query).await;
            assert!(total > 0, "{hint:?}");
        }
        hints
    }

    /// The total of the list behind a link.
    async fn total_of(&self, query: &str) -> u64 {
        let pairs: Vec<_> = query
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                (name, value.replace("%3A", ":"))
            })
            .collect();
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        let (query, wrong) = domain::ExecutionQuery::parse(pairs);
        assert_eq!(wrong, []);
        let filter = query.filter(Tz::UTC).unwrap();
        self.list(&filter, query.page).await.total
    }
}

fn messages(hints: &[Hint]) -> Vec<&str> {
    hints.iter().map(|hint| hint.message.as_str()).collect()
}

async fn what_is_usual_for_a_model(database: TestDatabase) {
    let world = World::new(database).await;
    let usual =
        |model: Option<&'static str>| world.store.usual_latency(world.organization, &world.agent, model);
    assert_eq!(usual(Some("m1")).await.unwrap(), None);
    world
        .successes(
            600,
            |number| json!({"latencyMs": if number <= 500 { number } else { 100_000 }}),
        )
        .await;
    world
        .record(
            (0..40)
                .map(|_| json!({"status": "failed", "model": "m1", "latencyMs": 30_000}))
                .collect(),
        )
        .await;
    let newest = UsualLatency {
        p50_ms: 250,
        p95_ms: 475,
        executions: 500,
    };
    assert_eq!(usual(Some("m1")).await.unwrap(), Some(newest));
    assert_eq!(usual(Some("m2")).await.unwrap(), None);
    assert_eq!(usual(None).await.unwrap(), None);
    let without_a_model = (0..20).map(|_| json!({"status": "success", "latencyMs": 7}));
    world.record(without_a_model.collect()).await;
    let few = UsualLatency {
        p50_ms: 7,
        p95_ms: 7,
        executions: 20,
    };
    assert_eq!(usual(None).await.unwrap(), Some(few));
    // A model that is no longer in use is not looked for in all of history.
    for _ in 0..5 {
        let others = (0..1_000).map(|_| json!({"status": "success", "model": "m3", "latencyMs": 1}));
        world.record(others.collect()).await;
    }
    assert_eq!(usual(Some("m1")).await.unwrap(), None);
}

async fn nothing_for_what_did_not_fail(database: TestDatabase) {
    let world = World::new(database).await;
    for status in ["running", "success"] {
        world
            .record_one(json!({"executionId": status, "status": status}))
            .await;
        let id = status.parse().unwrap();
        let execution = world
            .store
            .execution(world.organization, &world.agent, &id)
            .await
            .unwrap();
        let hints = world
            .store
            .hints(world.organization, &world.agent, &execution, Tz::UTC);
        assert_eq!(hints.await.unwrap(), []);
    }
}

async fn others_at_the_same_time(database: TestDatabase) {
    let world = World::new(database).await;
    let timeouts = [-631, -630, -30, 0, 60, 569, 570, 571].map(|seconds| {
        json!({
            "status": if seconds == 60 { "canceled" } else { "failed" }, "errorCode": "TIMEOUT",
            "executedAt": at(SUBJECT) + Duration::seconds(seconds),
        })
    });
    world.record(timeouts.to_vec()).await;
    // From 12:20:00 to 12:40:00, both included.
    let hints = world.hints(json!({"errorCode": "TIMEOUT"})).await;
    assert_eq!(
        messages(&hints),
        ["6 other executions of this agent timed out between 13:20 and 13:40."]
    );
    let query = &hints[0].evidence.as_ref().unwrap().query;
    assert_eq!(world.total_of(query).await, 7, "and this one");
}

async fn the_first_of_its_kind(database: TestDatabase) {
    let world = World::new(database).await;
    world.successes(30, |_| json!({})).await;
    let hints = world
        .hints(json!({"errorCode": "INVALID_OUTPUT", "inputTokens": 151}))
        .await;
    assert_eq!(
        messages(&hints),
        [
            "None of the 30 other executions between 13:20 and 13:40 ended with INVALID_OUTPUT.",
            "This is the first execution of this agent that ended with INVALID_OUTPUT.",
            "It sent 151 input tokens; 95 of 100 successes with m1 sent at most 100.",
        ]
    );
}

async fn the_first_since_a_version(database: TestDatabase) {
    let world = World::new(database).await;
    for minutes in [60, 2] {
        let version = NewVersion {
            model: "m1".into(),
            temperature: None,
            system_prompt: None,
            user_prompt_template: "t".into(),
            activate: true,
        };
        let then = at(SUBJECT) - Duration::minutes(minutes);
        world
            .store
            .create_version(world.organization, &world.agent, version, then)
            .await
            .unwrap();
    }
    // Back to the first one, later: that is another time.
    world
        .store
        .activate_version(world.organization, &world.agent, VersionNumber(1), now())
        .await
        .unwrap();
    world.successes(30, |_| json!({})).await;
    world
        .record_one(json!({
            "status": "failed", "errorCode": "E_X", "executedAt": at(SUBJECT) - Duration::minutes(30),
        }))
        .await;
    let hints = world.hints(json!({"errorCode": "E_X"})).await;
    assert_eq!(
        messages(&hints)[1..],
        [
            "This is the first execution that ended with E_X since V2 was put in use on 18 November 2025, 13:28:30 CET.",
            "1 of the 31 executions before this one ended with E_X.",
        ]
    );
}

async fn variables_of_successes(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .successes(230, |number| {
            // What is further back than 200 successes does not count.
            let topic = if number <= 200 { "x" } else { "" };
            json!({"inputVariables": {"topic": topic, "tone": null}})
        })
        .await;
    let hints = world
        .hints(json!({"errorCode": "E_X", "inputVariables": {"topic": " ", "tone": "dry"}}))
        .await;
    let told = messages(&hints);
    assert_eq!(
        told[told.len() - 2..],
        [
            "The variable “topic” was empty here, and filled in all of the last 200 successes before it.",
            "The variable “tone” was filled here, and in none of the last 200 successes before it.",
        ]
    );
    let query = &hints[told.len() - 1].evidence.as_ref().unwrap().query;
    assert_eq!(world.total_of(query).await, 200);
}

async fn large_variables_are_looked_at_in_part(database: TestDatabase) {
    let world = World::new(database).await;
    for begin in [0, 10, 20] {
        let letter = "a".repeat(600 << 10);
        let executions = (begin..begin + 10).map(|number| {
            let executed_at = at(SUBJECT) - Duration::seconds(10 * (number + 1));
            json!({"status": "success", "executedAt": executed_at, "inputVariables": {"letter": letter, "topic": "x"}})
        });
        world.record(executions.collect()).await;
    }
    let hints = world
        .hints(json!({"errorCode": "E_X", "inputVariables": {"letter": "Dear all", "topic": ""}}))
        .await;
    assert_eq!(
        *messages(&hints).last().unwrap(),
        "The variable “topic” was empty here, and filled in all of the last 27 successes before it.",
        "16 MiB of 30 successes"
    );
    // One that is larger ends the look, and the others are too few to argue from.
    let letter = "a".repeat(2 << 20);
    world
        .record_one(json!({
            "status": "success", "executedAt": at(SUBJECT) - Duration::seconds(15), "inputVariables": {"letter": letter}
        }))
        .await;
    let hints = world.hints_of_subject().await;
    assert!(messages(&hints).iter().all(|told| !told.contains("topic")));
}

async fn a_long_history_is_looked_at_in_part(database: TestDatabase) {
    let world = World::new(database).await;
    let failed = json!({
        "status": "failed", "errorCode": "E_X", "executedAt": at(SUBJECT) - Duration::days(9), "executionId": "old",
    });
    world.record_one(failed).await;
    world.successes(1_200, |_| json!({})).await;
    let hints = world.hints(json!({"errorCode": "E_X"})).await;
    assert_eq!(
        messages(&hints),
        ["None of the 63 other executions between 13:20 and 13:40 ended with E_X."],
        "an old one is found, so it is not the first"
    );
    // Another that ended so is far back, and 5,000 others failed since.
    for _ in 0..5 {
        let others = (0..1_000).map(|number| {
            let executed_at = at(SUBJECT) - Duration::days(2) - Duration::seconds(number);
            json!({"status": "failed", "errorCode": "OTHER", "executedAt": executed_at})
        });
        world.record(others.collect()).await;
    }
    assert_eq!(world.hints_of_subject().await.len(), 1, "nothing is claimed");
}

async fn a_key_and_its_name(database: TestDatabase) {
    let world = World::new(database).await;
    let (key, _) = world
        .store
        .create_api_key(world.organization, "Shop", &"record".parse().unwrap(), now())
        .await
        .unwrap();
    let record = async |execution: Value, api_key_id: &ApiKeyId| {
        let caller = RecordedBy {
            api_key_id: Some(api_key_id.clone()),
            ..RecordedBy::default()
        };
        world
            .store
            .record(
                world.organization,
                &world.agent,
                &caller,
                now(),
                vec![fields(execution)],
            )
            .await
            .unwrap();
    };
    let before = |seconds: i64| at(SUBJECT) - Duration::seconds(seconds);
    let other: ApiKeyId = "other".parse().unwrap();
    record(
        json!({"status": "success", "executedAt": before(60)}),
        &key.api_key_id,
    )
    .await;
    record(
        json!({"status": "unauthorized", "executedAt": before(40)}),
        &key.api_key_id,
    )
    .await;
    record(json!({"status": "success", "executedAt": before(20)}), &other).await;
    let subject = |status| json!({"executionId": "subject", "status": status, "executedAt": SUBJECT});
    record(subject("unauthorized"), &key.api_key_id).await;
    assert_eq!(
        messages(&world.hints_of_subject().await),
        [
            "1 other execution of this agent was unauthorized without an error code between 13:20 and 13:40.",
            "The last success with the API key “Shop” began on 18 November 2025, 13:29:30 CET; 1 other was unauthorized \
             since.",
        ]
    );
    let limited = json!({"executionId": "limited", "status": "rate_limited", "executedAt": SUBJECT});
    record(limited, &key.api_key_id).await;
    let id = "limited".parse().unwrap();
    let execution = world
        .store
        .execution(world.organization, &world.agent, &id)
        .await
        .unwrap();
    let hints = world
        .store
        .hints(world.organization, &world.agent, &execution, Tz::UTC)
        .await
        .unwrap();
    assert_eq!(
        hints[0].message,
        "In the minute before it, 3 other executions of this agent began, 2 of them with the API key “Shop”."
    );
    let everything = world
        .list(&ExecutionFilter::default(), domain::PageRequest::default())
        .await;
    assert_eq!(everything.total, 5);
}
