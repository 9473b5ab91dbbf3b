//! Pauses between the steps of long work, so that the database is there for others most of the time.

use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Shortest pause between two steps.
const SHORTEST: Duration = Duration::from_millis(10);

/// Pauses for `times` as long as the step took that began then.
pub(super) async fn rest(began: Instant, times: u32) {
    sleep(SHORTEST.max(began.elapsed() * times)).await;
}
