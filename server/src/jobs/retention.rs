//! Deletes what is older than it is kept.

use super::every;
use crate::clock;
use std::time::Duration;
use store::{PurgeError, Store};
use tokio_util::sync::CancellationToken;

/// How often: the longest that an execution is kept beyond its time.
const PERIOD: Duration = Duration::from_secs(15 * 60);

/// Purges again and again until `stop`, which ends a purge between two of its batches.
pub async fn run(store: Store, stop: CancellationToken) {
    every(PERIOD, stop, || purge(store.clone())).await;
}

async fn purge(store: Store) {
    match store.purge(None, clock::now()).await {
        Ok(purged) if purged.removed > 0 => {
            tracing::info!(
                executions = purged.removed,
                "executions older than they are kept were deleted"
            );
        }
        Ok(_) => {}
        Err(PurgeError::UnderWay) => tracing::debug!("another server deletes what is too old"),
        Err(error) => tracing::warn!(%error, "what is too old could not be deleted"),
    }
}
