//! The clock.

use domain::{Timestamp, time};

/// Now, in whole microseconds.
pub fn now() -> Timestamp {
    time::truncate(chrono::Utc::now())
}
