//! Deletes tasks that ended long ago.

use super::super::{Context, Failure, Work};
use crate::clock;
use chrono::TimeDelta;
use domain::task::DAYS_KEPT;
use std::time::Duration;

/// Deletes tasks that ended long ago.
pub struct DeleteEnded;

impl Work for DeleteEnded {
    const PERIOD: Option<Duration> = Some(Duration::from_secs(60 * 60));

    async fn run(context: &Context) -> Result<(), Failure> {
        let before = clock::now() - TimeDelta::days(DAYS_KEPT);
        let tasks = context.service.store.delete_ended_tasks(before).await?;
        if tasks > 0 {
            tracing::debug!(tasks, "tasks that ended long ago were deleted");
        }
        Ok(())
    }
}
