//! How often API keys may ask.

use crate::support::{World, now};
use chrono::Duration;
use domain::{ApiKeyId, OrganizationId, Timestamp};
use sqlx::{Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use store::Store;
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(a_minute_holds_exactly_its_requests);

/// Two servers on PostgreSQL, one on SQLite, asked at once from everywhere.
async fn a_minute_holds_exactly_its_requests(database: TestDatabase) {
    const LIMIT: u32 = 50;
    let World {
        store,
        organization,
        database,
        ..
    } = &World::new(database).await;
    let (key, _) = store
        .create_api_key(*organization, "Shop", &"read".parse().unwrap(), now())
        .await
        .unwrap();
    let on_postgres = database.path().is_none();
    let other = if on_postgres {
        Store::open(&database.url, testkit::MASTER_KEY).await.unwrap()
    } else {
        store.clone()
    };
    let count = |store: Store| {
        let (organization, id) = (*organization, key.api_key_id.clone());
        async move {
            store
                .count_request(organization, &id, LIMIT, now())
                .await
                .unwrap()
        }
    };
    let admitted = std::sync::Arc::new(AtomicU32::new(0));
    let requests: Vec<_> = (0..LIMIT * 2)
        .map(|number| {
            let store = if number % 2 == 0 { store } else { &other };
            let (counting, admitted) = (count(store.clone()), admitted.clone());
            tokio::spawn(async move {
                let quota = counting.await;
                assert!((1..=60).contains(&quota.resets_in), "{quota:?}");
                if !quota.exceeded {
                    admitted.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for request in requests {
        request.await.unwrap();
    }
    assert_eq!(admitted.load(Ordering::Relaxed), LIMIT);
    let refused = count(other.clone()).await;
    assert_eq!(
        (refused.limit, refused.remaining, refused.exceeded),
        (LIMIT, 0, true)
    );

    let clock = Clock {
        connection: match on_postgres {
            true => Some(PgConnection::connect(&database.url).await.unwrap()),
            false => None,
        },
        now: now(),
    };
    the_window_slides(clock, store, *organization, &key.api_key_id).await;
}

/// Lets time pass: on SQLite what a store is told, on PostgreSQL by what is remembered growing older.
struct Clock {
    connection: Option<PgConnection>,
    now: Timestamp,
}

impl Clock {
    async fn pass(&mut self, seconds: i64) {
        self.now += Duration::seconds(seconds);
        if let Some(connection) = &mut self.connection {
            let sql = "UPDATE api_key_requests SET moments = ARRAY(
                 SELECT moment - $1 FROM unnest(moments) WITH ORDINALITY AS old (moment, place) ORDER BY place)";
            sqlx::query(sql)
                .bind(seconds * 1_000_000)
                .execute(connection)
                .await
                .unwrap();
        }
    }
}

/// Fifty requests were let through a moment ago.
async fn the_window_slides(mut clock: Clock, store: &Store, organization: OrganizationId, key: &ApiKeyId) {
    let count = async |limit, clock: &Clock| {
        let quota = store
            .count_request(organization, key, limit, clock.now)
            .await
            .unwrap();
        (quota.remaining, quota.exceeded)
    };
    clock.pass(30).await;
    assert_eq!(count(50, &clock).await, (0, true));
    for left in (0..30).rev() {
        assert_eq!(
            count(80, &clock).await,
            (left, false),
            "thirty more by a higher limit"
        );
    }
    clock.pass(20).await;
    let refused = store
        .count_request(organization, key, 80, clock.now)
        .await
        .unwrap();
    assert!(
        refused.exceeded && (8..=10).contains(&refused.resets_in),
        "{refused:?}"
    );
    clock.pass(12).await;
    assert_eq!(
        count(30, &clock).await,
        (0, true),
        "those of half a minute ago still count"
    );
    assert_eq!(count(50, &clock).await, (19, false));
    clock.pass(60).await;
    assert_eq!(count(50, &clock).await, (49, false), "all of them have left");
}
