//! Deletes what is older than it is kept.

use super::super::{Context, Failure, Work};
use crate::clock;
use std::time::Duration;

/// Deletes what is older than it is kept.
pub struct Purge;

impl Work for Purge {
    /// The longest that an execution is kept beyond its time.
    const PERIOD: Option<Duration> = Some(Duration::from_secs(15 * 60));

    async fn run(context: &Context) -> Result<(), Failure> {
        let store = &context.service.store;
        let purged = store.purge(None, clock::now(), &context.done).await?;
        if context.is_resumed() {
            for organization in store.limited_organizations().await? {
                store.forget_all_unused(organization).await?;
            }
        }
        if purged.removed > 0 {
            tracing::info!(
                executions = purged.removed,
                "executions older than they are kept were deleted"
            );
        }
        Ok(())
    }
}
