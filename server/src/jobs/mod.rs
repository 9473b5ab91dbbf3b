//! What the server does now and then, on its own.

mod encryption;

use crate::clock;
use chrono::TimeDelta;
use std::time::Duration;
use store::Store;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the jobs run.
const PERIOD: Duration = Duration::from_secs(60);
/// How far back the log of events reaches. A stream that comes back later is told to read the list again.
const EVENTS_KEPT: TimeDelta = TimeDelta::hours(1);

/// Runs the jobs until `stop`.
pub async fn run(store: Store, stop: CancellationToken) {
    tokio::join!(
        trim_events(store.clone(), stop.clone()),
        encryption::run(store, stop),
    );
}

async fn trim_events(store: Store, stop: CancellationToken) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match store.trim_events(clock::now() - EVENTS_KEPT).await {
            Ok(0) => {}
            Ok(entries) => tracing::debug!(entries, "old entries of the event logs were deleted"),
            Err(error) => tracing::warn!(%error, "the event logs could not be trimmed"),
        }
    }
}
