//! What may go wrong, and what is answered then.

use crate::support::{World, fields, now};
use serde_json::json;
use store::{RecordedBy, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    a_full_queue_is_busy,
    what_was_accepted_is_recorded,
    reopening_migrates_nothing
);

async fn a_full_queue_is_busy(database: TestDatabase) {
    let world = World::new(database).await;
    let one = fields(json!({"status": "success"}));
    let batches = (0..30).map(|_| {
        world.store.record(
            world.organization,
            &world.agent,
            &CALLER,
            now(),
            vec![one.clone(); 1_000],
        )
    });
    let mut batches: Vec<_> = batches.map(Box::pin).collect();
    let mut results = Vec::new();
    // All of them at once, in one task.
    std::future::poll_fn(|context| {
        batches.retain_mut(|batch| match batch.as_mut().poll(context) {
            std::task::Poll::Ready(result) => {
                results.push(result);
                false
            }
            std::task::Poll::Pending => true,
        });
        if batches.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    let recorded = results.iter().filter(|result| result.is_ok()).count();
    assert!(
        results
            .iter()
            .all(|result| matches!(result, Ok(_) | Err(StoreError::Busy)))
    );
    assert!(recorded >= 10, "ten thousand find place");
    assert!(recorded < 30, "more do not");
    assert_eq!(
        world.total(&[]).await,
        recorded as u64 * 1_000,
        "busy means not recorded"
    );
    world.record_one(json!({"status": "success"})).await;
}

const CALLER: RecordedBy = RecordedBy {
    api_key_id: None,
    executed_by: None,
    ip_address: None,
    user_agent: None,
};

async fn what_was_accepted_is_recorded(database: TestDatabase) {
    let world = World::new(database).await;
    let one = fields(json!({"status": "success"}));
    let store = world.store.clone();
    let (organization, agent) = (world.organization, world.agent.clone());
    let waiting = tokio::spawn(async move {
        store
            .record(organization, &agent, &CALLER, now(), vec![one; 500])
            .await
    });
    while !waiting.is_finished()
        && world
            .store
            .list(
                organization,
                &world.agent,
                &Default::default(),
                Default::default(),
            )
            .await
            .unwrap()
            .total
            == 0
    {}
    world.store.close().await;
    assert_eq!(waiting.await.unwrap().unwrap().len(), 500);
    let closed = world
        .store
        .record(organization, &world.agent, &CALLER, now(), Vec::new())
        .await;
    assert!(matches!(
        closed,
        Err(StoreError::Closed | StoreError::Database(_))
    ));
    let reopened = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    assert_eq!(
        reopened
            .agent(organization, &world.agent)
            .await
            .unwrap()
            .executions,
        500
    );
    reopened.close().await;
}

async fn reopening_migrates_nothing(database: TestDatabase) {
    let world = World::new(database).await;
    let again = Store::open(&world.database.url, testkit::MASTER_KEY)
        .await
        .unwrap();
    again.is_ready().await.unwrap();
    assert_eq!(again.agents(world.organization).await.unwrap().len(), 1);
    assert_eq!(
        again.ensure_organization("Acme", now()).await.unwrap().id,
        world.organization
    );
    again.close().await;
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_refused() {
    assert!(matches!(
        Store::open("mysql://localhost/x", testkit::MASTER_KEY).await,
        Err(StoreError::UnknownDatabase)
    ));
}

/// A transaction that another process holds open longer than a writer waits fails that writer's callers, and the
/// store goes on when it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_file_is_an_error_and_passes() {
    let world = World::new(TestDatabase::sqlite().unwrap()).await;
    let mut other = testkit::lock_sqlite(&world.database).await.unwrap();
    let one = || vec![fields(json!({"status": "success"}))];
    let refused = world
        .store
        .record(world.organization, &world.agent, &CALLER, now(), one())
        .await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    // Also for more readers at once than have read before: they need connections that are made now.
    let total = async || world.total(&[]).await;
    let totals = tokio::join!(total(), total(), total(), total());
    assert_eq!(totals, (0, 0, 0, 0), "reading goes on");
    other.release().await.unwrap();
    world
        .store
        .record(world.organization, &world.agent, &CALLER, now(), one())
        .await
        .unwrap();
    assert_eq!(world.total(&[]).await, 1);
}
