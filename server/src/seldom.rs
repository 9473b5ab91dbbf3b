//! What is told of once in a while, however often it happens.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// When something was told of last.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    /// Whether it is to be told of at `now`, which it then was: once in a `period`.
    pub fn is_due(&self, now: Instant, period: Duration) -> bool {
        let mut last = self.0.lock();
        let is_due = last.is_none_or(|last| now.duration_since(last) >= period);
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_of_once_in_a_period() {
        let (seldom, now, hour) = (Seldom::default(), Instant::now(), Duration::from_secs(3_600));
        let told = [0, 1, 3_599, 3_600, 3_601, 7_199, 7_200]
            .map(|seconds| seldom.is_due(now + Duration::from_secs(seconds), hour));
        assert_eq!(told, [true, false, false, true, false, false, true]);
    }
}
