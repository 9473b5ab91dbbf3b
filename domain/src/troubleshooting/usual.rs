//! What is usual, read from samples.

use super::hint::ENOUGH;
use serde::{Deserialize, Serialize};

/// What is usual for an agent's successes of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsualLatency {
    /// Half of them took at most so many milliseconds.
    pub p50_ms: i64,
    /// 95 of 100 took at most so many milliseconds.
    pub p95_ms: i64,
    /// How many, the newest ones, this was read from.
    pub executions: u64,
}

impl UsualLatency {
    /// Reads it from latencies in milliseconds; `None` where there are fewer than 20.
    pub fn of(latencies: Vec<i64>) -> Option<Self> {
        let executions = latencies.len() as u64;
        let [p50_ms, p95_ms] = percentiles(latencies, [50, 95])?;
        Some(Self {
            p50_ms,
            p95_ms,
            executions,
        })
    }
}

/// Percentiles by nearest rank: the smallest value that so many of a hundred do not exceed. `None` where there are too
/// few values to argue from.
pub(super) fn percentiles<const N: usize>(mut values: Vec<i64>, wanted: [usize; N]) -> Option<[i64; N]> {
    if values.len() < ENOUGH {
        return None;
    }
    values.sort_unstable();
    Some(wanted.map(|percent| values[(values.len() * percent).div_ceil(100) - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(UsualLatency::of((1..20).collect()), None);
        let usual = |values: Vec<i64>| UsualLatency::of(values).map(|usual| (usual.p50_ms, usual.p95_ms));
        assert_eq!(usual((1..=20).rev().collect()), Some((10, 19)));
        assert_eq!(usual((1..=100).collect()), Some((50, 95)));
        assert_eq!(usual(vec![7; 21]), Some((7, 7)));
    }
}
