//! Gives up running executions of which nothing more is heard.

use super::super::{Context, Failure, Work};
use crate::clock;
use std::time::Duration;

/// Gives up running executions of which nothing more is heard.
pub struct Abandon;

impl Work for Abandon {
    const PERIOD: Option<Duration> = Some(Duration::from_secs(15));

    async fn run(context: &Context) -> Result<(), Failure> {
        let heard_before = clock::now() - context.abandon_after;
        let executions = context.service.store.abandon(heard_before).await?;
        if executions > 0 {
            tracing::info!(
                executions,
                "nothing more was heard of these executions: they are given up"
            );
        }
        Ok(())
    }
}
