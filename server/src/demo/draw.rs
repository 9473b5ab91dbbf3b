//! Draws from a seeded generator, so that the sample data is the same every time.

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// One of `choices`, each as likely; the default where there are none.
pub fn pick<T: Copy + Default>(rng: &mut StdRng, choices: &[T]) -> T {
    choices.choose(rng).copied().unwrap_or_default()
}

/// One of `choices` by weight; `fallback` where every weight is 0.
pub fn weighted<T: Copy>(rng: &mut StdRng, choices: &[(T, u32)], fallback: T) -> T {
    choices
        .choose_weighted(rng, |(_, weight)| *weight)
        .map_or(fallback, |(choice, _)| *choice)
}

/// A factor around 1 as delays have it: mostly near, sometimes far above (log-normal). `spread` is the standard
/// deviation of its logarithm.
pub fn delay_factor(rng: &mut StdRng, spread: f64) -> f64 {
    // The sum of twelve uniform numbers is close to normal, with variance 1.
    let normal = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    (normal * spread).exp()
}

/// That many lower-case hexadecimal digits.
pub fn hex(rng: &mut StdRng, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from_digit(rng.random_range(0..16), 16).unwrap_or('0'))
        .collect()
}
