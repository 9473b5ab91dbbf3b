//! A SQLite file that can no longer be trusted with anything.

use crate::support::{World, fields, now};
use serde_json::json;
use std::fs;
use store::{RecordedBy, Store, StoreError};
use testkit::{TestDatabase, change_sqlite};

const CALLER: RecordedBy = RecordedBy {
    api_key_id: None,
    executed_by: None,
    ip_address: None,
    user_agent: None,
};

async fn record(world: &World, store: &Store) -> Result<usize, StoreError> {
    let one = vec![fields(json!({"status": "success"}))];
    store
        .record(world.organization, &world.agent, &CALLER, now(), one)
        .await
        .map(|recorded| recorded.len())
}

#[tokio::test]
async fn nothing_is_recorded_into_a_file_that_was_removed_or_replaced() {
    for is_replaced in [false, true] {
        let world = World::new(TestDatabase::sqlite().unwrap()).await;
        assert_eq!(record(&world, &world.store).await.unwrap(), 1);
        world.store.is_ready().await.unwrap();
        let path = world.database.path().unwrap();
        let moved = path.with_file_name("moved.db");
        fs::rename(&path, &moved).unwrap();
        if is_replaced {
            fs::copy(&moved, &path).unwrap();
        }
        for _ in 0..2 {
            let refused = record(&world, &world.store).await;
            assert!(
                matches!(refused, Err(StoreError::ReplacedDatabase)),
                "{refused:?}"
            );
            let ready = world.store.is_ready().await;
            assert!(matches!(ready, Err(StoreError::ReplacedDatabase)), "{ready:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_recorded_into_a_file_in_which_a_reader_met_damage() {
    let world = World::new(TestDatabase::sqlite().unwrap()).await;
    for _ in 0..50 {
        record(&world, &world.store).await.unwrap();
    }
    world.store.close().await;
    let damage =
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'executions')
                  WHERE name = 'audit_events'";
    change_sqlite(&world.database, &["PRAGMA writable_schema = ON", damage])
        .await
        .unwrap();
    let store = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    assert_eq!(record(&world, &store).await.unwrap(), 1, "nobody has met it yet");
    let read = store
        .audit_events(world.organization, &Default::default(), Default::default())
        .await;
    assert!(
        matches!(read, Err(StoreError::DamagedDatabase)),
        "{:?}",
        read.err()
    );
    let refused = record(&world, &store).await;
    assert!(matches!(refused, Err(StoreError::DamagedDatabase)), "{refused:?}");
    let ready = store.is_ready().await;
    assert!(matches!(ready, Err(StoreError::DamagedDatabase)), "{ready:?}");
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone_and_memory_is_refused() {
    let world = World::new(TestDatabase::sqlite().unwrap()).await;
    record(&world, &world.store).await.unwrap();
    #[cfg(unix)]
    for end in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let path = world
            .database
            .path()
            .unwrap()
            .with_file_name(format!("ledger.db{end}"));
        assert_eq!(
            path.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{end}"
        );
    }
    for url in [
        "sqlite://:memory:",
        "sqlite::memory:",
        "sqlite://a.db?mode=memory",
    ] {
        let refused = Store::open(url, testkit::MASTER_KEY).await.err();
        assert!(
            matches!(refused, Some(StoreError::InMemory)),
            "{url}: {refused:?}"
        );
    }
}
