//! The log of what happens to executions: in order, each event once, and nothing missed.

use crate::support::{World, at, fields, now, page};
use domain::{Choice, EventPosition, ExecutionEvent, ExecutionFilter, FilterField, Status};
use serde_json::json;
use sqlx::{Connection, postgres::PgListener};
use std::{collections::BTreeSet, time::Duration};
use store::{Events, RecordResult, RecordedBy, Store};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    what_happens_is_told_in_order,
    a_change_tells_the_row_before_and_after,
    what_changes_nothing_is_no_event,
    agents_have_logs_of_their_own,
    a_list_says_where_its_events_go_on,
    too_much_is_out_of_reach,
    positions_of_nowhere_are_out_of_reach,
    what_is_trimmed_is_out_of_reach,
    nothing_is_missed_while_two_stores_write,
    a_watch_wakes_for_another_stores_writes,
);

impl World {
    pub async fn position(&self) -> EventPosition {
        self.store
            .event_position(self.organization, &self.agent)
            .await
            .unwrap()
    }

    async fn since(&self, position: EventPosition) -> Events {
        self.store
            .events_since(self.organization, &self.agent, position, 100)
            .await
            .unwrap()
    }

    pub async fn told_since(&self, position: EventPosition) -> Vec<ExecutionEvent> {
        match self.since(position).await {
            Events::Told { events, .. } => events,
            Events::OutOfReach(newest) => panic!("{position} is out of reach of {newest}"),
        }
    }
}

/// `id before→after`, for each event.
fn told(events: &[ExecutionEvent]) -> Vec<String> {
    fn status(row: &Option<domain::ExecutionSummary>) -> &'static str {
        row.as_ref().map_or("nothing", |row| row.status.as_str())
    }
    let row = |event: &ExecutionEvent| event.after.clone().or(event.before.clone()).unwrap();
    events
        .iter()
        .map(|event| {
            format!(
                "{} {}→{}",
                row(event).execution_id,
                status(&event.before),
                status(&event.after)
            )
        })
        .collect()
}

async fn what_happens_is_told_in_order(database: TestDatabase) {
    let world = World::new(database).await;
    assert_eq!(world.position().await, EventPosition(0));
    assert_eq!(
        told(&world.told_since(EventPosition(0)).await),
        Vec::<String>::new()
    );
    world
        .record(vec![
            json!({"executionId": "a", "status": "running"}),
            json!({"executionId": "b", "status": "success"}),
        ])
        .await;
    let middle = world.position().await;
    world
        .record(vec![
            json!({"executionId": "a", "status": "failed"}),
            json!({"executionId": "c", "status": "canceled"}),
        ])
        .await;

    let all = world.told_since(EventPosition(0)).await;
    assert_eq!(
        told(&all),
        [
            "a nothing→running",
            "b nothing→success",
            "c nothing→canceled",
            "a running→failed",
        ],
        "each row as it was right after the event"
    );
    assert!(all.is_sorted_by(|one, next| one.position < next.position));
    assert_eq!(all[3].position, world.position().await);
    for (index, event) in all.iter().enumerate() {
        assert_eq!(
            world.told_since(event.position).await,
            all[index + 1..],
            "the rest"
        );
    }
    assert_eq!(world.told_since(middle).await, all[2..]);
}

async fn a_change_tells_the_row_before_and_after(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "a", "status": "running", "model": "m1"}))
        .await;
    let position = world.position().await;
    let id = "a".parse().unwrap();
    for change in [
        json!({"model": "m2"}),
        json!({"status": "success", "latencyMs": 7}),
    ] {
        world
            .store
            .amend(world.organization, &world.agent, &id, fields(change), now())
            .await
            .unwrap();
    }
    let events = world.told_since(position).await;
    let models: Vec<_> = events
        .iter()
        .map(|event| {
            let model = |row: &Option<domain::ExecutionSummary>| row.clone().unwrap().model.unwrap();
            (model(&event.before), model(&event.after))
        })
        .collect();
    assert_eq!(
        models,
        [("m1".into(), "m2".into()), ("m2".into(), "m2".to_owned())]
    );
    assert_eq!(
        told(&events),
        ["a running→running", "a running→success"],
        "the first change's row is not the last one's"
    );
    let listed = world.list(&ExecutionFilter::default(), page(1, 0)).await;
    assert_eq!(events[1].after.as_ref(), listed.executions.first());
}

async fn what_changes_nothing_is_no_event(database: TestDatabase) {
    let world = World::new(database).await;
    let one = json!({"executionId": "a", "status": "success"});
    world.record_one(one.clone()).await;
    let position = world.position().await;
    assert!(matches!(world.record_one(one).await, RecordResult::Unchanged(_)));
    let other = world
        .record_one(json!({"executionId": "a", "status": "failed"}))
        .await;
    assert_eq!(other, RecordResult::Conflict);
    assert_eq!(world.position().await, position);
}

async fn agents_have_logs_of_their_own(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store, organization, ..
    } = &world;
    let other = store
        .create_agent(*organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    world
        .record_one(json!({"executionId": "mine", "status": "running"}))
        .await;
    for status in ["running", "success"] {
        let one = vec![fields(json!({"executionId": "theirs", "status": status}))];
        store
            .record(*organization, &other, &RecordedBy::default(), now(), one)
            .await
            .unwrap();
    }
    world
        .record_one(json!({"executionId": "mine", "status": "success"}))
        .await;
    assert_eq!(
        told(&world.told_since(EventPosition(0)).await),
        ["mine nothing→running", "mine running→success"]
    );
    let stranger = store.ensure_organization("Globex", now()).await.unwrap().id;
    let refused = store
        .events_since(stranger, &world.agent, EventPosition(0), 100)
        .await;
    assert!(matches!(refused, Err(store::StoreError::NotFound("agent"))));
}

async fn a_list_says_where_its_events_go_on(database: TestDatabase) {
    let world = World::new(database).await;
    let writer = {
        let (store, organization, agent) = (world.store.clone(), world.organization, world.agent.clone());
        tokio::spawn(async move {
            for number in 0..60 {
                for status in ["running", "success"] {
                    let one = fields(json!({"executionId": format!("e{number}"), "status": status}));
                    store
                        .record(organization, &agent, &RecordedBy::default(), now(), vec![one])
                        .await
                        .unwrap();
                }
            }
        })
    };
    let running = ExecutionFilter {
        statuses: [Status::Running].into_iter().collect(),
        ..Default::default()
    };
    let by_model = ExecutionFilter {
        values: [(FilterField::Model, "m")].into_iter().collect(),
        ..Default::default()
    };
    let mut reads = Vec::new();
    while !writer.is_finished() {
        let everything = world.list(&ExecutionFilter::default(), page(1, 0)).await;
        reads.push((ExecutionFilter::default(), everything.total, everything.position));
        let listed = world.list(&running, page(1, 0)).await;
        reads.push((running.clone(), listed.total, listed.position));
        let listed = world.list(&by_model, page(1, 0)).await;
        reads.push((by_model.clone(), listed.total, listed.position));
    }
    writer.await.unwrap();
    for (filter, total, position) in reads {
        let Events::Told { events, .. } = world
            .store
            .events_since(world.organization, &world.agent, position, 1_000)
            .await
            .unwrap()
        else {
            panic!("out of reach")
        };
        let mut followed = i64::try_from(total).unwrap();
        for event in &events {
            followed += match event.through(&filter) {
                Some((domain::EventKind::Created, _)) => 1,
                Some((domain::EventKind::Deleted, _)) => -1,
                _ => 0,
            };
        }
        let now = world.list(&filter, page(1, 0)).await.total;
        assert_eq!(
            followed,
            i64::try_from(now).unwrap(),
            "{filter:?} from {position}"
        );
    }
}

async fn too_much_is_out_of_reach(database: TestDatabase) {
    let world = World::new(database).await;
    world.record(vec![json!({"status": "success"}); 100]).await;
    assert_eq!(world.told_since(EventPosition(0)).await.len(), 100);
    world.record_one(json!({"status": "success"})).await;
    let newest = world.position().await;
    assert_eq!(world.since(EventPosition(0)).await, Events::OutOfReach(newest));
}

async fn positions_of_nowhere_are_out_of_reach(database: TestDatabase) {
    let world = World::new(database).await;
    world.record_one(json!({"status": "success"})).await;
    let newest = world.position().await;
    for position in [EventPosition(newest.0 + 1), EventPosition(i64::MAX)] {
        assert_eq!(world.since(position).await, Events::OutOfReach(newest));
    }
    assert_eq!(world.since(EventPosition(-1)).await, Events::OutOfReach(newest));
}

async fn what_is_trimmed_is_out_of_reach(database: TestDatabase) {
    let world = World::new(database).await;
    let mut positions = Vec::new();
    for id in ["a", "b", "c"] {
        world
            .record_one(json!({"executionId": id, "status": "success"}))
            .await;
        positions.push(world.position().await);
    }
    let long_ago = at("2020-01-01T00:00:00Z");
    let later = chrono::Utc::now() + chrono::Duration::hours(1);
    assert_eq!(world.store.trim_events(long_ago).await.unwrap(), 0);
    assert_eq!(
        world.store.trim_events(later).await.unwrap(),
        2,
        "all but the newest"
    );
    assert_eq!(world.store.trim_events(later).await.unwrap(), 0);

    assert_eq!(world.position().await, positions[2]);
    assert_eq!(world.since(positions[0]).await, Events::OutOfReach(positions[2]));
    assert_eq!(told(&world.told_since(positions[1]).await), ["c nothing→success"]);
    world
        .record_one(json!({"executionId": "d", "status": "success"}))
        .await;
    assert_eq!(told(&world.told_since(positions[2]).await), ["d nothing→success"]);
    assert_eq!(
        told(&world.told_since(positions[1]).await),
        ["c nothing→success", "d nothing→success"]
    );
}

/// Two processes' worth of writers to one agent, and to another one so that the numbers interleave, while a reader
/// goes on from wherever it got to.
async fn nothing_is_missed_while_two_stores_write(database: TestDatabase) {
    const EACH: usize = 60;
    let world = World::new(database).await;
    let other_store = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let other_agent = world
        .store
        .create_agent(world.organization, "Other", now())
        .await
        .unwrap()
        .agent_id;
    let mut writers = tokio::task::JoinSet::new();
    for (writer, store) in [&world.store, &other_store, &world.store, &other_store]
        .into_iter()
        .enumerate()
    {
        for (agent, prefix) in [(&world.agent, "mine"), (&other_agent, "theirs")] {
            let (store, organization, agent) = (store.clone(), world.organization, agent.clone());
            writers.spawn(async move {
                for number in 0..EACH {
                    let id = format!("{prefix}-{writer}-{number}");
                    let statuses: &[_] = if number % 3 == 0 {
                        &["running", "success"]
                    } else {
                        &["success"]
                    };
                    for status in statuses {
                        let one = vec![fields(json!({"executionId": id, "status": status}))];
                        store
                            .record(organization, &agent, &RecordedBy::default(), now(), one)
                            .await
                            .unwrap();
                    }
                }
            });
        }
    }
    let mut position = EventPosition(0);
    let (mut created, mut finished) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let last = writers.is_empty();
        while let Some(writer) = writers.try_join_next() {
            writer.unwrap();
        }
        let read = world
            .store
            .events_since(world.organization, &world.agent, position, 10_000)
            .await
            .unwrap();
        let Events::Told {
            events,
            position: reached,
        } = read
        else {
            panic!("{position} is out of reach")
        };
        for event in events {
            assert!(event.position > position, "in order, and none twice");
            position = event.position;
            let row = event.after.unwrap();
            assert!(row.execution_id.as_str().starts_with("mine"));
            match event.before {
                None => assert!(created.insert(row.execution_id), "created once"),
                Some(_) => {
                    assert!(
                        created.contains(&row.execution_id),
                        "created before it is finished"
                    );
                    assert!(finished.insert(row.execution_id), "finished once");
                }
            }
        }
        assert!(reached >= position);
        position = reached;
        if last {
            break;
        }
    }
    assert_eq!((created.len(), finished.len()), (4 * EACH, 4 * EACH / 3));
    other_store.close().await;
}

async fn a_watch_wakes_for_another_stores_writes(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    let (organization, agent) = (world.organization, &world.agent);
    let mut watch = world.store.watch(organization, agent).await.unwrap();
    let position = world.position().await;
    // The first look at a newly watched log counts as a signal.
    while tokio::time::timeout(Duration::from_millis(700), watch.changed())
        .await
        .is_ok()
    {}
    let one = vec![fields(json!({"executionId": "a", "status": "success"}))];
    other
        .record(organization, agent, &RecordedBy::default(), now(), one)
        .await
        .unwrap();
    tokio::time::timeout(Duration::from_secs(5), watch.changed())
        .await
        .unwrap();
    assert_eq!(told(&world.told_since(position).await), ["a nothing→success"]);
    // Neither a watch nor what follows others holds up the end.
    for store in [&other, &world.store] {
        tokio::time::timeout(Duration::from_secs(5), store.close())
            .await
            .unwrap();
    }
}

/// Without this, servers on PostgreSQL would still find everything, but half a second late.
#[tokio::test]
async fn postgresql_tells_the_other_servers() {
    let name = concat!(module_path!(), "::postgresql_tells_the_other_servers");
    let Some(database) = TestDatabase::postgres(name).await.unwrap() else {
        return;
    };
    let world = World::new(database).await;
    let mut listener = PgListener::connect(&world.database.url).await.unwrap();
    listener.listen("agent_ledger_events").await.unwrap();
    world
        .record(vec![json!({"executionId": "a", "status": "success"})])
        .await;
    let told = tokio::time::timeout(Duration::from_secs(5), listener.recv())
        .await
        .unwrap()
        .unwrap();
    let agent_key: i64 = sqlx::query_scalar("SELECT agent_key FROM agents")
        .fetch_one(&mut listener)
        .await
        .unwrap();
    assert_eq!(told.payload(), format!("{}/{agent_key}", world.organization.0));
}

/// On SQLite nothing but what is there says which numbers were given.
#[tokio::test]
async fn numbers_are_not_given_twice_after_a_deletion() {
    let world = World::new(TestDatabase::sqlite().unwrap()).await;
    world
        .record_one(json!({"executionId": "a", "status": "running"}))
        .await;
    world
        .record_one(json!({"executionId": "a", "status": "success"}))
        .await;
    let position = world.position().await;
    world
        .store
        .trim_events(chrono::Utc::now() + chrono::Duration::hours(1))
        .await
        .unwrap();
    let mut connection = sqlx::SqliteConnection::connect(&world.database.url)
        .await
        .unwrap();
    for delete in ["DELETE FROM executions", "DELETE FROM payloads"] {
        sqlx::query(delete).execute(&mut connection).await.unwrap();
    }
    world
        .record_one(json!({"executionId": "b", "status": "success"}))
        .await;
    assert!(world.position().await > position);
    assert_eq!(told(&world.told_since(position).await), ["b nothing→success"]);
}
