//! Removes what is left of organizations that are deleted.

use super::every;
use std::time::Duration;
use store::{Store, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often it looks for some.
const PERIOD: Duration = Duration::from_secs(5);
/// Shortest pause between two steps.
const PAUSE: Duration = Duration::from_millis(10);
/// A pause is at least so many times as long as the step before it, so that the database is there for others most of the
/// time.
const REST: u32 = 2;

/// Removes again and again until `stop`, which ends it between two steps; the next start goes on from there.
pub async fn run(store: Store, stop: CancellationToken) {
    every(PERIOD, stop, || async {
        if let Err(error) = work_off(&store).await {
            tracing::warn!(%error, "a deleted organization could not be removed; it is tried again");
        }
    })
    .await;
}

/// Takes steps until nothing is left; answers how many rows went.
pub async fn work_off(store: &Store) -> Result<u64, StoreError> {
    let mut rows = 0;
    loop {
        let began = Instant::now();
        let Some(step) = store.remove_deleted().await? else {
            return Ok(rows);
        };
        rows += step.rows;
        if step.is_finished {
            tracing::info!(
                organization = step.organization.0,
                "nothing is left of an organization that was deleted"
            );
        }
        sleep(PAUSE.max(began.elapsed() * REST)).await;
    }
}
