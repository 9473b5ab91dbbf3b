//! Deletes what is older than it is kept.

use super::super::{Context, Failure, Work};
use crate::clock;
use domain::OrganizationId;
use std::time::Duration;
use store::{Purged, StoreError};

/// Deletes what is older than it is kept, in one organization or in all.
///
/// # Errors
/// The store fails.
pub async fn purge(context: &Context, only: Option<OrganizationId>) -> Result<Purged, StoreError> {
    let (store, now) = (&context.service.store, clock::now());
    store.note_clock(now).await?;
    let purged = store.purge(only, now, &context.done).await?;
    // What an attempt that was broken off would have forgotten is not known any more.
    if context.is_resumed() {
        for organization in store.limited_organizations().await? {
            store.forget_all_unused(organization).await?;
        }
    }
    Ok(purged)
}

/// Deletes what is older than it is kept.
pub struct Purge;

impl Work for Purge {
    /// The longest that an execution is kept beyond its time.
    const PERIOD: Option<Duration> = Some(Duration::from_secs(15 * 60));

    async fn run(context: &Context) -> Result<(), Failure> {
        let purged = purge(context, None).await?;
        if purged.removed > 0 {
            tracing::info!(
                executions = purged.removed,
                "executions older than they are kept were deleted"
            );
        }
        Ok(())
    }
}
