//! How long to wait after an attempt that failed.

use chrono::TimeDelta;

/// After the first attempt, in seconds; each further one doubles it.
const FIRST: i64 = 5;
/// Longest, in seconds: an hour.
const LONGEST: i64 = 3_600;

/// The pause after that many attempts.
pub(super) fn pause(attempts: u64) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(16);
    TimeDelta::seconds((FIRST << doublings).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<_> = [0, 1, 2, 3, 10, 11, u64::MAX]
            .map(|attempts| pause(attempts).num_seconds())
            .into();
        assert_eq!(seconds, [5, 5, 10, 20, 2_560, 3_600, 3_600]);
    }
}
