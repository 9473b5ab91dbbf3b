//! Recording, finishing and amending.

use crate::support::{World, at, fields, now, page};
use domain::{Execution, ExecutionFilter, Retention, Status};
use serde_json::json;
use store::{AmendOutcome, RecordResult, RecordedBy, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    what_is_recorded_reads_back_whole,
    a_repeat_is_harmless,
    another_content_is_a_conflict,
    running_ones_are_finished,
    a_late_beginning_fills_only_what_the_end_did_not_give,
    a_late_beginning_brings_no_start_that_is_too_old,
    counts_that_contradict_each_other_read_back_as_given,
    amending,
    one_batch_may_hold_the_same_identifier,
    an_identifier_belongs_to_one_agent,
    two_writers_at_once,
    two_finish_the_same_execution,
);

async fn what_is_recorded_reads_back_whole(database: TestDatabase) {
    let World {
        store,
        organization,
        agent,
        ..
    } = &World::new(database).await;
    let given = json!({
        "executionId": "exec_a", "status": "failed", "source": "workflow",
        "executedAt": "2025-11-18T09:45:00.123456Z", "latencyMs": 1250, "inputTokens": 400, "outputTokens": 50,
        "cacheReadTokens": 300, "cacheWriteTokens": 20, "reasoningTokens": 10, "costUSD": 0.0023,
        "model": "gemini-1.5-pro", "provider": "google", "version": "V3", "temperature": 0.1,
        "inputVariables": {"z": 1.1, "a": [null, "✂️ 日本語"]}, "systemPrompt": "", "userPrompt": "p",
        "outputText": "zero \u{0} byte", "errorCode": "TIMEOUT", "errorMessage": "slow", "executedBy": "user_x",
        "ipAddress": "203.0.113.24", "userAgent": "shop/2.4", "metadata": {"trace": "t"}
    });
    let caller = RecordedBy {
        ip_address: Some("198.51.100.1".into()),
        ..RecordedBy::default()
    };
    let recorded = store
        .record(*organization, agent, &caller, now(), vec![fields(given.clone())])
        .await
        .unwrap()
        .remove(0);
    assert!(matches!(recorded.result, RecordResult::Created(_)));
    let execution = store
        .execution(*organization, agent, &recorded.execution_id)
        .await
        .unwrap();
    let mut read = serde_json::to_value(&*execution).unwrap();
    let extra = read.as_object_mut().unwrap();
    assert_eq!(extra.remove("agentId"), Some(json!(agent)));
    assert_eq!(extra.remove("tokensUsed"), Some(json!(450)));
    assert_eq!(extra.remove("apiKeyId"), Some(json!(null)));
    assert_eq!(read, given);
    let variables = execution.into_inner().payload.input_variables.unwrap();
    assert_eq!(variables.keys().collect::<Vec<_>>(), ["z", "a"], "in their order");

    let missing = store
        .execution(*organization, agent, &"exec_b".parse().unwrap())
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound("execution"))));
}

async fn a_repeat_is_harmless(database: TestDatabase) {
    let world = World::new(database).await;
    let given = json!({"executionId": "exec_a", "status": "success", "outputText": "x", "temperature": 0.1});
    assert!(matches!(
        world.record_one(given.clone()).await,
        RecordResult::Created(_)
    ));
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let before = store
        .execution(*organization, agent, &"exec_a".parse().unwrap())
        .await
        .unwrap();
    // Later, from elsewhere, with another key: what we fill in does not make it another execution.
    let caller = RecordedBy {
        ip_address: Some("198.51.100.1".into()),
        user_agent: Some("other".into()),
        executed_by: Some("someone".into()),
        api_key_id: Some("k".parse().unwrap()),
    };
    let later = now() + chrono::Duration::days(1);
    let repeated = store
        .record(*organization, agent, &caller, later, vec![fields(given)])
        .await
        .unwrap()
        .remove(0);
    assert!(
        matches!(repeated.result, RecordResult::Unchanged(_)),
        "{repeated:?}"
    );
    assert_eq!(
        store
            .execution(*organization, agent, &"exec_a".parse().unwrap())
            .await
            .unwrap(),
        before
    );
    assert_eq!(world.total(&[]).await, 1);
}

async fn another_content_is_a_conflict(database: TestDatabase) {
    let world = World::new(database).await;
    let given = json!({"executionId": "exec_a", "status": "success", "outputText": "x"});
    world.record_one(given).await;
    for other in [
        json!({"executionId": "exec_a", "status": "success", "outputText": "y"}),
        json!({"executionId": "exec_a", "status": "success"}),
        json!({"executionId": "exec_a", "status": "failed", "outputText": "x"}),
        json!({"executionId": "exec_a", "status": "success", "outputText": "x", "executedAt": "2020-01-01T00:00:00Z"}),
    ] {
        assert_eq!(world.record_one(other).await, RecordResult::Conflict);
    }
    assert_eq!(world.total(&[Status::Success]).await, 1);
    assert_eq!(world.total(&[]).await, 1);
}

async fn running_ones_are_finished(database: TestDatabase) {
    let world = World::new(database).await;
    let start = json!({"executionId": "exec_a", "status": "running", "inputVariables": {"tone": "dry"}});
    let end = json!({"executionId": "exec_a", "status": "success", "outputText": "Done.", "latencyMs": 9});
    world.record_one(start.clone()).await;
    assert!(matches!(
        world.record_one(start.clone()).await,
        RecordResult::Unchanged(_)
    ));
    assert_eq!(
        (
            world.total(&[Status::Running]).await,
            world.total(&[Status::Success]).await
        ),
        (1, 0)
    );
    assert!(matches!(
        world.record_one(end.clone()).await,
        RecordResult::Finished(_)
    ));
    assert_eq!(
        (
            world.total(&[Status::Running]).await,
            world.total(&[Status::Success]).await
        ),
        (0, 1)
    );
    assert!(
        matches!(world.record_one(end).await, RecordResult::Unchanged(_)),
        "the same end again"
    );
    assert!(
        matches!(world.record_one(start).await, RecordResult::Unchanged(_)),
        "a final one does not run again"
    );
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let Execution { payload, .. } = store
        .execution(*organization, agent, &"exec_a".parse().unwrap())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(payload.output_text.as_deref(), Some("Done."));
    assert!(
        payload.input_variables.is_some(),
        "what was recorded at the start stays"
    );
}

async fn a_late_beginning_fills_only_what_the_end_did_not_give(database: TestDatabase) {
    let world = World::new(database).await;
    let begun = |id: &str| json!({"executionId": id, "status": "running", "executedAt": "2025-11-18T09:45:00Z", "model": "m1", "inputTokens": 10});
    let ended = |id: &str| json!({"executionId": id, "status": "success", "model": "m2", "outputTokens": 5});
    // In order, and the beginning once more.
    world.record_one(begun("a")).await;
    world.record_one(ended("a")).await;
    assert!(matches!(
        world.record_one(begun("a")).await,
        RecordResult::Unchanged(_)
    ));
    // The end first, which says neither start nor input.
    world.record_one(ended("b")).await;
    let RecordResult::Finished(summary) = world.record_one(begun("b")).await else {
        panic!("something was filled in");
    };
    assert_eq!(summary.status, Status::Success);
    assert_eq!(summary.executed_at, at("2025-11-18T09:45:00Z"));
    assert_eq!(summary.model.as_deref(), Some("m2"), "the end wins");
    assert_eq!(summary.tokens.tokens_used, Some(15));
    assert!(matches!(
        world.record_one(begun("b")).await,
        RecordResult::Unchanged(_)
    ));
    assert!(matches!(
        world.record_one(ended("b")).await,
        RecordResult::Unchanged(_)
    ));
    // A start that was told stays.
    let told = json!({"executionId": "c", "status": "failed", "executedAt": "2025-11-17T00:00:00Z"});
    world.record_one(told).await;
    let RecordResult::Finished(summary) = world.record_one(begun("c")).await else {
        panic!("something was filled in");
    };
    assert_eq!(summary.executed_at, at("2025-11-17T00:00:00Z"));
    // In one batch, the other way around.
    let results = world.record(vec![ended("d"), begun("d"), ended("d")]).await;
    assert!(matches!(results[0].result, RecordResult::Created(_)));
    assert!(matches!(results[1].result, RecordResult::Finished(_)));
    assert!(matches!(results[2].result, RecordResult::Unchanged(_)));
    // Something else is none of its beginnings, nor what something else went into.
    let other = json!({"executionId": "a", "status": "failed"});
    assert_eq!(world.record_one(other).await, RecordResult::Conflict);
    let told = json!({"executionId": "e", "status": "success", "executedAt": "2025-11-17T00:00:00Z", "userPrompt": "Hi"});
    world.record_one(told).await;
    let other = json!({"executionId": "e", "status": "running", "userPrompt": "Bye"});
    assert_eq!(world.record_one(other).await, RecordResult::Conflict);
    let day = ExecutionFilter {
        from: Some(at("2025-11-18T00:00:00Z")),
        to: Some(at("2025-11-18T23:59:59Z")),
        ..Default::default()
    };
    assert_eq!(
        world.list(&day, page(20, 0)).await.total,
        3,
        "the counts moved with them"
    );
}

async fn a_late_beginning_brings_no_start_that_is_too_old(database: TestDatabase) {
    let world = World::new(database).await;
    let kept = world.store.set_retention(world.organization, Retention::Standard);
    kept.await.unwrap();
    world
        .record_one(json!({"executionId": "a", "status": "success"}))
        .await;
    let begun =
        json!({"executionId": "a", "status": "running", "executedAt": "2015-11-18T09:45:00Z", "model": "m"});
    let result = world.record_one(begun).await;
    assert!(matches!(result, RecordResult::Expired { .. }), "{result:?}");
}

async fn counts_that_contradict_each_other_read_back_as_given(database: TestDatabase) {
    let world = World::new(database).await;
    let gemini = json!({
        "executionId": "gemini", "status": "success", "inputTokens": 20, "outputTokens": 198, "reasoningTokens": 405,
        "tokensUsed": 623,
    });
    let anthropic = json!({
        "executionId": "anthropic", "status": "success", "inputTokens": 10, "cacheReadTokens": 2_048,
        "outputTokens": 5,
    });
    for given in [gemini, anthropic] {
        let RecordResult::Created(_) = world.record_one(given.clone()).await else {
            panic!("it is recorded");
        };
        assert!(matches!(
            world.record_one(given.clone()).await,
            RecordResult::Unchanged(_)
        ));
        let id = given["executionId"].as_str().unwrap().parse().unwrap();
        let read = world
            .store
            .execution(world.organization, &world.agent, &id)
            .await
            .unwrap();
        assert!(read.summary.tokens.contradict());
        let read = serde_json::to_value(&*read).unwrap();
        for (name, value) in given.as_object().unwrap() {
            assert_eq!(&read[name], value, "{name}");
        }
    }
}

async fn amending(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let id = "exec_a".parse().unwrap();
    let amend = |json| store.amend(*organization, agent, &id, fields(json), now());
    assert!(matches!(
        amend(json!({"latencyMs": 1})).await,
        Err(StoreError::NotFound("execution"))
    ));

    world
        .record_one(json!({"executionId": "exec_a", "status": "running", "inputTokens": 10}))
        .await;
    let moved = json!({"executedAt": "2025-06-01T00:00:00Z", "source": "dashboard"});
    assert!(matches!(
        amend(moved.clone()).await.unwrap(),
        AmendOutcome::Amended(_)
    ));
    assert!(matches!(amend(moved).await.unwrap(), AmendOutcome::Unchanged(_)));
    let june = ExecutionFilter {
        to: Some(at("2025-07-01T00:00:00Z")),
        ..Default::default()
    };
    assert_eq!(
        world.list(&june, page(20, 0)).await.total,
        1,
        "the counts moved with it"
    );
    let end = json!({"status": "canceled", "outputTokens": 5});
    let AmendOutcome::Amended(ended) = amend(end.clone()).await.unwrap() else {
        panic!("it was running")
    };
    assert_eq!(ended.summary.tokens.tokens_used, Some(15));
    assert!(matches!(amend(end).await.unwrap(), AmendOutcome::Unchanged(_)));
    assert!(matches!(
        amend(json!({"status": "success"})).await.unwrap(),
        AmendOutcome::Final
    ));
    assert_eq!(
        (world.total(&[Status::Canceled]).await, world.total(&[]).await),
        (1, 1)
    );
}

async fn one_batch_may_hold_the_same_identifier(database: TestDatabase) {
    let world = World::new(database).await;
    let results = world
        .record(vec![
            json!({"executionId": "exec_a", "status": "running"}),
            json!({"executionId": "exec_a", "status": "success", "outputText": "x"}),
            json!({"executionId": "exec_a", "status": "success", "outputText": "x"}),
            json!({"executionId": "exec_a", "status": "failed"}),
            json!({"status": "success"}),
        ])
        .await;
    let shown: Vec<_> = results
        .iter()
        .map(|recorded| std::mem::discriminant(&recorded.result))
        .collect();
    let summary = match &results[0].result {
        RecordResult::Created(summary) => summary.clone(),
        other => panic!("{other:?}"),
    };
    let expected = [
        RecordResult::Created(summary.clone()),
        RecordResult::Finished(summary.clone()),
        RecordResult::Unchanged(summary.clone()),
        RecordResult::Conflict,
        RecordResult::Created(summary),
    ];
    assert_eq!(
        shown,
        expected.iter().map(std::mem::discriminant).collect::<Vec<_>>()
    );
    assert_eq!(
        (world.total(&[]).await, world.total(&[Status::Running]).await),
        (2, 0)
    );
}

async fn an_identifier_belongs_to_one_agent(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    let given = json!({"executionId": "exec_a", "status": "success"});
    world.record_one(given.clone()).await;
    let other = store
        .create_agent(*organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let recorded = store
        .record(
            *organization,
            &other,
            &RecordedBy::default(),
            now(),
            vec![fields(given)],
        )
        .await
        .unwrap();
    assert_eq!(recorded[0].result, RecordResult::Conflict);
    let id = "exec_a".parse().unwrap();
    let amended = store
        .amend(*organization, &other, &id, fields(json!({"latencyMs": 1})), now())
        .await;
    assert!(matches!(amended, Err(StoreError::NotFound("execution"))));
    assert!(matches!(
        store.execution(*organization, &other, &id).await,
        Err(StoreError::NotFound("execution"))
    ));
    assert_eq!(
        store
            .agent_of_execution(*organization, &id)
            .await
            .unwrap()
            .as_ref(),
        Some(agent)
    );
}

async fn two_writers_at_once(database: TestDatabase) {
    let world = World::new(database).await;
    let second = store::Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let write = |store: store::Store, writer: usize| {
        let (organization, agent) = (world.organization, world.agent.clone());
        async move {
            for batch in 0..20 {
                let executions = (0..50)
                    // Every other identifier is wanted by both.
                    .map(|n| if n % 2 == 0 { format!("both_{batch}_{n}") } else { format!("w{writer}_{batch}_{n}") })
                    .map(|id| fields(json!({"executionId": id, "status": "success", "executedAt": "2025-11-18T09:45:00Z"})))
                    .collect();
                store
                    .record(organization, &agent, &RecordedBy::default(), now(), executions)
                    .await
                    .unwrap();
            }
        }
    };
    let writers = [write(world.store.clone(), 1), write(second.clone(), 2)].map(tokio::spawn);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(world.total(&[]).await, 20 * 75);
    assert_eq!(
        second
            .agent(world.organization, &world.agent)
            .await
            .unwrap()
            .executions,
        20 * 75
    );
    let beyond = world.list(&ExecutionFilter::default(), page(100, 1_450)).await;
    assert_eq!(
        beyond.executions.len(),
        50,
        "the rows are as many as the counts say"
    );
    second.close().await;
}

async fn two_finish_the_same_execution(database: TestDatabase) {
    let world = World::new(database).await;
    let second = store::Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    for round in 0..20 {
        let id = format!("exec_{round}");
        world
            .record_one(json!({"executionId": id, "status": "running"}))
            .await;
        let (id, organization, agent) = (id.parse().unwrap(), world.organization, &world.agent);
        let success = world.store.amend(
            organization,
            agent,
            &id,
            fields(json!({"status": "success"})),
            now(),
        );
        let failure = second.amend(
            organization,
            agent,
            &id,
            fields(json!({"status": "failed"})),
            now(),
        );
        let (success, failure) = tokio::join!(success, failure);
        let ended = [success.unwrap(), failure.unwrap()];
        assert_eq!(
            ended
                .iter()
                .filter(|outcome| matches!(outcome, AmendOutcome::Amended(_)))
                .count(),
            1
        );
        assert_eq!(
            ended
                .iter()
                .filter(|outcome| matches!(outcome, AmendOutcome::Final))
                .count(),
            1
        );
    }
    assert_eq!(world.total(&[Status::Running]).await, 0);
    assert_eq!(world.total(&[Status::Success, Status::Failed]).await, 20);
    second.close().await;
}
