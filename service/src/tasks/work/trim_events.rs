//! Deletes old entries of the event logs.

use super::super::{Context, Failure, Work};
use crate::clock;
use chrono::TimeDelta;
use std::time::Duration;

/// How far back the log of events reaches. A stream that comes back later is told to read the list again.
const EVENTS_KEPT: TimeDelta = TimeDelta::hours(1);

/// Deletes old entries of the event logs.
pub struct TrimEvents;

impl Work for TrimEvents {
    const PERIOD: Option<Duration> = Some(Duration::from_secs(60));

    async fn run(context: &Context) -> Result<(), Failure> {
        let entries = context
            .service
            .store
            .trim_events(clock::now() - EVENTS_KEPT)
            .await?;
        if entries > 0 {
            tracing::debug!(entries, "old entries of the event logs were deleted");
        }
        Ok(())
    }
}
