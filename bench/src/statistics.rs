//! Times of single calls.

use std::time::Duration;

/// Median and 95th percentile.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    pub p50: Duration,
    pub p95: Duration,
}

impl Latency {
    /// Of at least one time; by nearest rank, so each is a time that occurred.
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        Some(Self {
            p50: percentile(&times, 50)?,
            p95: percentile(&times, 95)?,
        })
    }
}

/// A percentile of sorted times by nearest rank; `None` where there are none.
pub fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    sorted
        .get((sorted.len() * percent).div_ceil(100).max(1) - 1)
        .copied()
}

/// How many a second.
pub fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank() {
        let times = (1..=20).rev().map(Duration::from_millis).collect();
        let latency = Latency::of(times).unwrap();
        assert_eq!((latency.p50.as_millis(), latency.p95.as_millis()), (10, 19));
        assert!(Latency::of(Vec::new()).is_none());
    }
}
