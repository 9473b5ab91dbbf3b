//! Forgets old entries of the event logs.

use super::every;
use crate::clock;
use chrono::TimeDelta;
use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// How often.
const PERIOD: Duration = Duration::from_secs(60);
/// How far back the log of events reaches. A stream that comes back later is told to read the list again.
const EVENTS_KEPT: TimeDelta = TimeDelta::hours(1);

/// Trims the logs again and again until `stop`.
pub async fn run(store: Store, stop: CancellationToken) {
    every(PERIOD, stop, || trim(store.clone())).await;
}

async fn trim(store: Store) {
    match store.trim_events(clock::now() - EVENTS_KEPT).await {
        Ok(0) => {}
        Ok(entries) => tracing::debug!(entries, "old entries of the event logs were deleted"),
        Err(error) => tracing::warn!(%error, "the event logs could not be trimmed"),
    }
}
