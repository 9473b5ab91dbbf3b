//! When a process is killed: by chance, and the same again with the same seed.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::time::Duration;

/// The moment of a round, between 0 and `most`. Rounds are told apart by their number; what runs beside one changes
/// nothing.
pub fn moment(seed: u64, round: u64, most: Duration) -> Duration {
    // Neighbours would begin alike.
    let mut chance = StdRng::seed_from_u64(seed ^ round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    most.mul_f64(chance.random_range(0.0..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Duration = Duration::from_secs(1);

    #[test]
    fn the_same_seed_and_round_make_the_same_moment() {
        assert_eq!(moment(7, 3, MOST), moment(7, 3, MOST));
        assert_ne!(moment(7, 3, MOST), moment(7, 4, MOST));
        assert_ne!(moment(7, 3, MOST), moment(8, 3, MOST));
    }

    #[test]
    fn moments_are_spread_over_the_whole_time() {
        let mut quarters = [0; 4];
        for round in 0..400 {
            let moment = moment(1, round, MOST);
            assert!(moment < MOST);
            quarters[(moment.as_millis() / 250) as usize] += 1;
        }
        assert!(quarters.iter().all(|count| *count > 60), "{quarters:?}");
    }
}
