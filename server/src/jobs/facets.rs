//! Counts days that are over by version, model, error code and API key.

use super::every;
use crate::clock;
use std::time::Duration;
use store::{Store, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often it looks for days.
const PERIOD: Duration = Duration::from_secs(60);

/// Counts again and again until `stop`.
pub async fn run(store: Store, stop: CancellationToken) {
    every(PERIOD, stop, || async {
        match count(&store).await {
            Ok(0) => {}
            Ok(days) => tracing::debug!(
                days,
                "days were counted by version, model, error code and API key"
            ),
            Err(error) => tracing::warn!(%error, "past days could not be counted; it is tried again"),
        }
    })
    .await;
}

/// Counts what is not counted, and rests after each day as long as that took, so that half of the database's time is
/// left to others at least. Answers how many days those were.
async fn count(store: &Store) -> Result<u64, StoreError> {
    let mut days = 0;
    for day in store.uncounted_days(clock::now()).await? {
        let began = Instant::now();
        days += u64::from(store.count_day(&day).await?);
        sleep(began.elapsed()).await;
    }
    Ok(days)
}
