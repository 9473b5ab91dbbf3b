//! What the server does now and then, on its own.

mod abandonment;
mod deletion;
mod encryption;
mod events;
mod facets;
mod retention;

pub use deletion::work_off as remove_deleted;

use chrono::TimeDelta;
use std::time::Duration;
use store::Store;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Runs the jobs until `stop`. Executions of which nothing is heard for `patience` are given up.
pub async fn run(store: Store, patience: TimeDelta, stop: CancellationToken) {
    tokio::join!(
        abandonment::run(store.clone(), patience, stop.clone()),
        deletion::run(store.clone(), stop.clone()),
        encryption::run(store.clone(), stop.clone()),
        events::run(store.clone(), stop.clone()),
        facets::run(store.clone(), stop.clone()),
        retention::run(store, stop),
    );
}

/// Does the work at once and then every `period`, until `stop`, which breaks off work that waits for something.
async fn every<F: Future<Output = ()>>(period: Duration, stop: CancellationToken, work: impl Fn() -> F) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let work = async {
        loop {
            ticks.tick().await;
            work().await;
        }
    };
    stop.run_until_cancelled(work).await;
}
