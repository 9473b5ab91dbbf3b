//! What goes when its time has passed, and what stays exact meanwhile.

use crate::{
    lists::{agrees_with_the_model, history},
    support::{World, at, fields, now, page},
};
use chrono::TimeDelta;
use domain::{
    ExecutionFilter, ExecutionSummary, FilterField, Retention, RetentionRuns, Rule, Status, Timestamp,
    retention::kept_since,
};
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::{collections::BTreeSet, sync::atomic::AtomicU64, time::Duration};
use store::{AmendOutcome, RecordResult, RecordedBy, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    without_a_plan_everything_is_kept,
    what_is_too_old_goes_and_every_list_is_exact,
    what_is_too_old_is_not_recorded,
    a_running_execution_stays_until_it_ends,
    an_agent_keeps_its_own_days,
    a_purge_that_breaks_off_leaves_exact_counts,
    recording_and_exporting_go_on_meanwhile,
    two_servers_remove_each_execution_once,
    what_fails_is_said_and_holds_up_nobody_else,
    after_a_step_of_the_clock_deletion_waits_for_a_word,
    no_word_is_given_for_a_server_whose_clock_is_ahead,
    freed_space_is_given_back,
    a_file_that_cannot_give_space_back_is_purged_all_the_same,
);

const DAY: i64 = 24 * 60;

fn minutes_before(now: Timestamp, minutes: i64) -> Timestamp {
    now - TimeDelta::minutes(minutes)
}

/// Executions that began the given numbers of days ago; `exec_DAYS` each.
async fn aged(world: &World, days: impl IntoIterator<Item = i64>) {
    let executions = days.into_iter().map(|days| {
        json!({
            "executionId": format!("exec_{days}"), "status": "success", "outputText": "text",
            "executedAt": minutes_before(now(), days * DAY),
        })
    });
    world.record(executions.collect()).await;
}

impl World {
    async fn keep(&self, retention: Retention) {
        self.store
            .set_retention(self.organization, retention)
            .await
            .unwrap();
    }

    async fn purge(&self, now: Timestamp) -> u64 {
        let purged = self.store.purge(None, now, &AtomicU64::new(0)).await.unwrap();
        assert_eq!(purged.failures, Vec::<String>::new());
        purged.removed
    }

    async fn runs(&self) -> RetentionRuns {
        self.store.retention_runs(self.organization).await.unwrap()
    }
}

/// Rows of a table, as the database itself counts them.
pub async fn rows_of(world: &World, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table}"));
    let url = &world.database.url;
    let (rows,): (i64,) = if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
    };
    rows
}

async fn without_a_plan_everything_is_kept(database: TestDatabase) {
    let world = World::new(database).await;
    aged(&world, [0, 100, 10_000]).await;
    assert_eq!(world.purge(now()).await, 0);
    assert_eq!(world.total(&[]).await, 3);
    assert_eq!(world.store.overdue(None, now()).await.unwrap(), []);
    assert_eq!(world.runs().await, RetentionRuns::default());
}

async fn what_is_too_old_goes_and_every_list_is_exact(database: TestDatabase) {
    let world = World::new(database).await;
    let mut all = history(&world).await;
    let goes = |since: Timestamp| {
        move |one: &ExecutionSummary| one.status != Status::Running && one.executed_at < since
    };
    world.keep(Retention::Standard).await;
    // Then halfway through the dense quarter, in which there is hardly anything left after that.
    let burst = at("2025-11-18T09:45:00Z");
    for cut in [
        kept_since(90, now()),
        burst + TimeDelta::seconds(450) + TimeDelta::microseconds(1),
        burst + TimeDelta::seconds(830),
    ] {
        let then = cut + TimeDelta::days(90);
        let going = all.iter().filter(|one| goes(cut)(one)).count() as u64;
        assert!(going > 100, "{cut}");
        let overdue = world.store.overdue(Some(world.organization), then).await.unwrap();
        assert_eq!(
            (overdue.len(), overdue[0].executions, overdue[0].days),
            (1, going, 90)
        );
        let oldest = all
            .iter()
            .filter(|one| goes(cut)(one))
            .map(|one| one.executed_at)
            .min();
        assert_eq!(Some(overdue[0].oldest), oldest);

        assert_eq!(world.purge(then).await, going);
        all.retain(|one| !goes(cut)(one));
        agrees_with_the_model(&world, &all, 60).await;
        assert_eq!(world.store.overdue(None, then).await.unwrap(), []);
        assert_eq!(rows_of(&world, "payloads").await, all.len() as i64);
        assert_eq!(rows_of(&world, "executions").await, all.len() as i64);
        assert_eq!(rows_of(&world, "execution_counts WHERE executions < 0").await, 0);
        let runs = world.runs().await;
        assert_eq!((runs.last_succeeded_at, runs.last_removed), (Some(then), going));
    }
    // What is there goes on being counted.
    for one in &mut all {
        if one.status == Status::Running {
            let id = &one.execution_id;
            let end = fields(json!({"status": "failed"}));
            let ended = world
                .store
                .amend(world.organization, &world.agent, id, end, now())
                .await
                .unwrap();
            let AmendOutcome::Amended(execution) = ended else {
                panic!("{ended:?}")
            };
            *one = execution.into_inner().summary;
        }
    }
    agrees_with_the_model(&world, &all, 60).await;
    assert_eq!(
        world.purge(now() + TimeDelta::days(1_000)).await,
        all.len() as u64
    );
    agrees_with_the_model(&world, &[], 20).await;
    assert_eq!(rows_of(&world, "execution_counts WHERE executions <> 0").await, 0);
    assert_eq!(world.runs().await.removed, 18 * 500);
}

async fn what_is_too_old_is_not_recorded(database: TestDatabase) {
    let world = World::new(database).await;
    aged(&world, [91]).await;
    world.keep(Retention::Standard).await;
    let since = kept_since(90, now());
    let recorded = world
        .record(vec![
            json!({"executionId": "exec_91", "status": "success", "outputText": "text",
                "executedAt": minutes_before(now(), 91 * DAY)}),
            json!({"executionId": "exec_91", "status": "failed", "executedAt": minutes_before(now(), 91 * DAY)}),
            json!({"executionId": "old", "status": "success", "executedAt": since - TimeDelta::microseconds(1)}),
            json!({"status": "running", "executedAt": "1999-01-01T00:00:00Z"}),
            json!({"executionId": "edge", "status": "success", "executedAt": since}),
            json!({"status": "success"}),
        ])
        .await;
    let results: Vec<_> = recorded.into_iter().map(|recorded| recorded.result).collect();
    let expired = RecordResult::Expired { days: 90 };
    assert!(
        matches!(results[0], RecordResult::Unchanged(_)),
        "it is there as yet"
    );
    assert_eq!(results[1], RecordResult::Conflict);
    assert_eq!((&results[2], &results[3]), (&expired, &expired));
    assert!(matches!(results[4], RecordResult::Created(_)));
    assert!(matches!(results[5], RecordResult::Created(_)));
    assert_eq!(world.total(&[]).await, 3);
    // Once it is kept longer, it may come.
    world.keep(Retention::Pro).await;
    let old =
        json!({"executionId": "old", "status": "success", "executedAt": since - TimeDelta::microseconds(1)});
    assert!(matches!(world.record_one(old).await, RecordResult::Created(_)));
}

async fn a_running_execution_stays_until_it_ends(database: TestDatabase) {
    let world = World::new(database).await;
    let began = minutes_before(now(), 100 * DAY);
    world
        .record_one(json!({"executionId": "exec_a", "status": "running", "executedAt": began}))
        .await;
    world.keep(Retention::Standard).await;
    assert_eq!(world.purge(now()).await, 0);
    let ended = world
        .record_one(json!({"executionId": "exec_a", "status": "success", "executedAt": began}))
        .await;
    assert!(matches!(ended, RecordResult::Finished(_)), "{ended:?}");
    assert_eq!(world.purge(now()).await, 1);
    assert_eq!(world.total(&[]).await, 0);
}

async fn an_agent_keeps_its_own_days(database: TestDatabase) {
    let world = World::new(database).await;
    let other = world
        .store
        .create_agent(world.organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    aged(&world, 0..100).await;
    let same = (0..100)
        .map(|days| fields(json!({"status": "success", "executedAt": minutes_before(now(), days * DAY)})));
    world
        .store
        .record(
            world.organization,
            &other,
            &RecordedBy::default(),
            now(),
            same.collect(),
        )
        .await
        .unwrap();
    let own = |days| world.store.set_agent_retention(world.organization, &other, days);
    // Without a plan an agent may have days of its own all the same.
    assert_eq!(own(Some(50)).await.unwrap().retention_days, Some(50));
    assert_eq!(world.purge(now()).await, 49);
    world.keep(Retention::Standard).await;
    assert!(matches!(own(Some(90)).await, Err(StoreError::Invalid(_))));
    assert!(matches!(own(Some(0)).await, Err(StoreError::Invalid(_))));
    own(Some(7)).await.unwrap();
    assert_eq!(
        world.store.days_kept(world.organization, &other).await.unwrap(),
        Some(7)
    );
    assert_eq!(
        world
            .store
            .days_kept(world.organization, &world.agent)
            .await
            .unwrap(),
        Some(90)
    );
    assert_eq!(world.purge(now()).await, 9 + 43);
    assert_eq!(world.total(&[]).await, 91);
    own(None).await.unwrap();
    assert_eq!(
        world.store.days_kept(world.organization, &other).await.unwrap(),
        Some(90)
    );
    // Another organization's executions are not touched, and its plan is its own.
    let stranger = world.store.ensure_organization("Else", now()).await.unwrap();
    assert_eq!(stranger.retention, Retention::None);
}

/// Every execution there is, by way of an export.
async fn exported(store: &Store, world: &World) -> Vec<ExecutionSummary> {
    let everything = ExecutionFilter::default();
    let mut cursor = store
        .begin_export(world.organization, &world.agent)
        .await
        .unwrap();
    let mut all = Vec::new();
    loop {
        let page = store
            .export_executions(world.organization, &world.agent, &everything, &mut cursor, 300)
            .await
            .unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.into_inner().into_iter().map(|one| one.unwrap().summary));
    }
}

async fn a_purge_that_breaks_off_leaves_exact_counts(database: TestDatabase) {
    let world = World::new(database).await;
    for batch in 0..6 {
        aged(&world, (0..500).map(|number| batch * 500 + number)).await;
    }
    // Of the first to go.
    world
        .record(vec![json!({
            "executionId": "oldest", "status": "success", "model": "of the oldest",
            "executedAt": minutes_before(now(), 3_001 * DAY),
        })])
        .await;
    world.keep(Retention::Standard).await;
    let purge = {
        let store = world.store.clone();
        tokio::spawn(async move { store.purge(None, now(), &AtomicU64::new(0)).await.map(drop) })
    };
    while world.total(&[]).await == 3_001 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // As in a crash: nobody goes on from where it was.
    purge.abort();
    assert!(purge.await.unwrap_err().is_cancelled());
    world.store.close().await;
    let store = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let left = exported(&store, &world).await;
    assert!((91..3_001).contains(&left.len()), "{}", left.len());
    let world = World { store, ..world };
    agrees_with_the_model(&world, &left, 40).await;
    world.purge(now()).await;
    assert_eq!(world.total(&[]).await, 91);
    agrees_with_the_model(&world, &exported(&world.store, &world).await, 20).await;
    // What went before it broke off is told of as well, and its values are looked for.
    let runs = world.runs().await;
    assert_eq!((runs.last_removed, runs.removed), (2_910, 2_910));
    world.store.forget_all_unused(world.organization).await.unwrap();
    let facets = world.store.facets(world.organization, &world.agent).await;
    assert_eq!(facets.unwrap().of(FilterField::Model), []);
}

async fn recording_and_exporting_go_on_meanwhile(database: TestDatabase) {
    let world = World::new(database).await;
    for batch in 0..6 {
        aged(&world, (0..500).map(|number| batch * 500 + number)).await;
    }
    world.keep(Retention::Standard).await;
    let recorder = {
        let (store, organization, agent) = (world.store.clone(), world.organization, world.agent.clone());
        tokio::spawn(async move {
            for number in 0..60 {
                let one = vec![fields(
                    json!({"executionId": format!("new_{number}"), "status": "success"}),
                )];
                let caller = RecordedBy::default();
                let recorded = store.record(organization, &agent, &caller, now(), one);
                assert!(matches!(
                    recorded.await.unwrap()[0].result,
                    RecordResult::Created(_)
                ));
            }
        })
    };
    let everything = ExecutionFilter::default();
    let mut cursor = world
        .store
        .begin_export(world.organization, &world.agent)
        .await
        .unwrap();
    let mut lines = Vec::new();
    let export = async {
        loop {
            let page = world
                .store
                .export_lines(world.organization, &world.agent, &everything, &mut cursor, 20)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            lines.extend(page);
        }
    };
    let lists = async {
        for _ in 0..100 {
            let listed = world.list(&everything, page(100, 0)).await;
            assert_eq!(listed.executions.len() as u64, listed.total.min(100));
        }
    };
    let (removed, (), ()) = tokio::join!(world.purge(now()), export, lists);
    recorder.await.unwrap();
    assert_eq!(removed, 3_000 - 91);
    assert!(
        lines.is_sorted_by(
            |one, next| (one.executed_at, &one.execution_id) > (next.executed_at, &next.execution_id)
        ),
        "newest first, none twice"
    );
    let told: BTreeSet<_> = lines.iter().map(|line| line.execution_id.as_str()).collect();
    assert!(
        (0..=90).all(|days| told.contains(format!("exec_{days}").as_str())),
        "what is kept is all there"
    );
    assert_eq!(world.total(&[]).await, 91 + 60);
    agrees_with_the_model(&world, &exported(&world.store, &world).await, 40).await;
}

async fn two_servers_remove_each_execution_once(database: TestDatabase) {
    let world = World::new(database).await;
    for batch in 0..3 {
        aged(&world, (0..500).map(|number| batch * 500 + number)).await;
    }
    world.keep(Retention::Standard).await;
    let other = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let (gone, too) = (AtomicU64::new(0), AtomicU64::new(0));
    let (one, two) = tokio::join!(
        world.store.purge(None, now(), &gone),
        other.purge(None, now(), &too)
    );
    assert_eq!(one.unwrap().removed + two.unwrap().removed, 1_500 - 91);
    world.purge(now()).await;
    assert_eq!(world.total(&[]).await, 91);
    assert_eq!(world.runs().await.removed, 1_500 - 91);
    other.close().await;
}

async fn what_fails_is_said_and_holds_up_nobody_else(database: TestDatabase) {
    let world = World::new(database).await;
    aged(&world, [1, 100, 101]).await;
    let other = world.store.ensure_organization("Zeta", now()).await.unwrap().id;
    let agent = world
        .store
        .create_agent(other, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let old = fields(json!({"status": "success", "executedAt": minutes_before(now(), 100 * DAY)}));
    world
        .store
        .record(other, &agent, &RecordedBy::default(), now(), vec![old])
        .await
        .unwrap();
    world.keep(Retention::Standard).await;
    world
        .store
        .set_retention(other, Retention::Standard)
        .await
        .unwrap();
    // Something in the database keeps one organization's executions from going.
    let id = world.organization.0;
    let (make, drop) = if world.database.url.starts_with("sqlite") {
        (
            format!(
                "CREATE TRIGGER held BEFORE DELETE ON executions WHEN old.organization_id = {id}
                 BEGIN SELECT RAISE(ABORT, 'held'); END"
            ),
            "DROP TRIGGER held",
        )
    } else {
        (
            format!(
                "CREATE FUNCTION held() RETURNS trigger AS $$ BEGIN RAISE 'held'; END $$ LANGUAGE plpgsql;
                 CREATE TRIGGER held BEFORE DELETE ON executions FOR EACH ROW
                 WHEN (old.organization_id = {id}) EXECUTE FUNCTION held()"
            ),
            "DROP TRIGGER held ON executions",
        )
    };
    crate::migrations::run(&world.database.url, make).await;
    let purged = world.store.purge(None, now(), &AtomicU64::new(0)).await.unwrap();
    assert_eq!((purged.removed, purged.failures.len()), (1, 1), "{purged:?}");
    assert!(purged.failures[0].starts_with("Acme: "), "{purged:?}");
    let runs = world.runs().await;
    assert_eq!((runs.last_succeeded_at, runs.failed_at), (None, Some(now())));
    let failure = runs.failure.unwrap();
    assert!(
        failure.contains(world.agent.as_str()) && !failure.contains("held"),
        "{failure}"
    );
    assert_eq!(world.total(&[]).await, 3);

    crate::migrations::run(&world.database.url, drop.to_owned()).await;
    assert_eq!(world.purge(now()).await, 2);
    let runs = world.runs().await;
    let expected = RetentionRuns {
        last_succeeded_at: Some(now()),
        last_removed: 2,
        removed: 2,
        failed_at: None,
        failure: None,
        waits_since: None,
    };
    assert_eq!(runs, expected);
}

async fn after_a_step_of_the_clock_deletion_waits_for_a_word(database: TestDatabase) {
    let world = World::new(database).await;
    aged(&world, [1, 89]).await;
    world.keep(Retention::Standard).await;
    let (store, organization) = (&world.store, world.organization);
    let waits_since = async || store.retention_runs(organization).await.unwrap().waits_since;
    // A server that runs notes the time, be anything recorded or not; a week without one is no step yet.
    let mut now = now();
    for days in [0, 1, 7] {
        now += TimeDelta::days(days);
        store.note_clock(now).await.unwrap();
        assert_eq!(waits_since().await, None, "{days}");
    }
    now += TimeDelta::days(365);
    store.note_clock(now).await.unwrap();
    // Another look is no other step, and forgets none.
    store.note_clock(now + TimeDelta::minutes(15)).await.unwrap();
    let purged = store.purge(None, now, &AtomicU64::new(0)).await.unwrap();
    assert_eq!((purged.removed, purged.failures.len()), (0, 1));
    assert!(purged.failures[0].contains("clock went forward"), "{purged:?}");
    assert!(
        store
            .retention_runs(organization)
            .await
            .unwrap()
            .failure
            .is_some()
    );

    let let_go = store.let_deletion_go_on(organization, now).await.unwrap();
    assert_eq!(let_go, Ok(()));
    assert_eq!(store.retention_runs(organization).await.unwrap().failure, None);
    assert_eq!(world.purge(now).await, 2);
    // Back to the right time: no step forward.
    store.note_clock(now - TimeDelta::days(365)).await.unwrap();
    assert_eq!(waits_since().await, None);
}

async fn no_word_is_given_for_a_server_whose_clock_is_ahead(database: TestDatabase) {
    let world = World::new(database).await;
    aged(&world, [1, 89]).await;
    world.keep(Retention::Standard).await;
    let (store, organization) = (&world.store, world.organization);
    let (right, ahead) = (now(), now() + TimeDelta::days(365));
    let purged = async || {
        store
            .purge(None, ahead, &AtomicU64::new(0))
            .await
            .unwrap()
            .removed
    };
    store.note_clock(right).await.unwrap();
    store.note_clock(ahead).await.unwrap();
    let refused = store.let_deletion_go_on(organization, right).await.unwrap();
    assert_eq!(refused, Err(Rule::ClocksDiffer));
    assert_eq!(purged().await, 0);
    // A server whose clock is right undoes it, until the other one notes its own again.
    store.note_clock(right).await.unwrap();
    let runs = store.retention_runs(organization).await.unwrap();
    assert_eq!(runs.waits_since, None);
    store.note_clock(ahead).await.unwrap();
    assert_eq!(purged().await, 0);
    let runs = store.retention_runs(organization).await.unwrap();
    assert_eq!(runs.waits_since, Some(ahead));
}

async fn freed_space_is_given_back(database: TestDatabase) {
    let world = World::new(database).await;
    let Some(path) = world.database.path() else { return };
    // Bytes that no compression makes small, and a name to look for.
    let mut noise = 7u64;
    let executions = (0..1_000).map(|_| {
        let text: String = (0..4_000)
            .map(|_| {
                noise = noise
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(b' ' + (noise >> 58) as u8)
            })
            .collect();
        json!({"status": "success", "outputText": text, "executedBy": "mira-who-wants-to-go",
            "executedAt": minutes_before(now(), 100 * DAY)})
    });
    world.record(executions.collect()).await;
    world.keep(Retention::Standard).await;
    world.store.close().await;
    let contains = |bytes: Vec<u8>| bytes.windows(20).any(|window| window == b"mira-who-wants-to-go");
    let before = std::fs::read(&path).unwrap();
    assert!(before.len() > 2 << 20, "{}", before.len());
    let full = before.len();
    assert!(contains(before));
    let store = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    assert_eq!(
        store
            .purge(None, now(), &AtomicU64::new(0))
            .await
            .unwrap()
            .removed,
        1_000
    );
    store.close().await;
    let after = std::fs::read(&path).unwrap();
    assert!(after.len() < full / 4, "{} of {full}", after.len());
    assert!(!contains(after), "its place is overwritten");
}

async fn a_file_that_cannot_give_space_back_is_purged_all_the_same(database: TestDatabase) {
    let Some(path) = database.path() else { return };
    // As files were made before.
    let url = format!("{}?mode=rwc", database.url);
    crate::migrations::run(&url, "CREATE TABLE other (number INTEGER)".to_owned()).await;
    let world = World::new(database).await;
    aged(&world, 0..1_000).await;
    world.keep(Retention::Standard).await;
    assert_eq!(world.purge(now()).await, 909);
    assert_eq!(world.total(&[]).await, 91);
    world.store.close().await;
    assert!(path.exists());
}
