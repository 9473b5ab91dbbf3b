//! What a running server noticed of its installation, as it is seen from outside.

use crate::support::now;
use chrono::Duration;
use std::net::IpAddr;
use store::{Checkup, Store};
use testkit::{MASTER_KEY, TestDatabase, on_both_databases};

on_both_databases!(the_newest_of_those_who_were_not_believed_are_kept);

async fn the_newest_of_those_who_were_not_believed_are_kept(database: TestDatabase) {
    let store = Store::open(&database.url, MASTER_KEY).await.unwrap();
    let address = |last: u8| IpAddr::from([192, 0, 2, last]);
    let at = |minutes: i64| now() + Duration::minutes(minutes);
    for number in 0..25 {
        store
            .note_untrusted_proxy(address(number), at(number.into()))
            .await
            .unwrap();
    }
    store.note_untrusted_proxy(address(10), at(100)).await.unwrap();
    let checkup = Checkup::look(&database.url, None, now(), now())
        .await
        .unwrap()
        .unwrap();
    let mut expected = vec![(address(10), at(100))];
    expected.extend(
        (5..25)
            .rev()
            .filter(|number| *number != 10)
            .map(|number| (address(number), at(number.into()))),
    );
    assert_eq!(checkup.untrusted_proxies, expected);
    store.close().await;
}
