//! Counts days that are over by version, model, error code and API key.

use super::{
    super::{Context, Failure, Work},
    rest::rest,
};
use crate::clock;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::Instant;

/// Counts days that are over.
pub struct CountDays;

impl Work for CountDays {
    const PERIOD: Option<Duration> = Some(Duration::from_secs(60));

    async fn run(context: &Context) -> Result<(), Failure> {
        let store = &context.service.store;
        for day in store.uncounted_days(clock::now()).await? {
            let began = Instant::now();
            let counted = store.count_day(&day).await?;
            context.done.fetch_add(counted.into(), Ordering::Relaxed);
            rest(began, 1).await;
        }
        if context.done() > 0 {
            tracing::debug!(
                days = context.done(),
                "days were counted by version, model, error code and API key"
            );
        }
        Ok(())
    }
}
