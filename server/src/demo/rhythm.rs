//! When people and machines ask: by day, night and weekday.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use domain::Timestamp;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// How a day's executions are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// People at work: mornings and afternoons, hardly at weekends.
    Office,
    /// Customers of the whole world, fewer at night.
    AroundTheClock,
    /// A job that runs after two in the morning.
    Nightly,
}

/// Weights of the hours of a day, in UTC.
const OFFICE: [u32; 24] = [
    0, 0, 0, 0, 0, 1, 4, 12, 24, 30, 28, 20, 14, 22, 28, 26, 18, 10, 5, 3, 2, 1, 1, 0,
];
const AROUND_THE_CLOCK: [u32; 24] = [
    8, 6, 5, 4, 5, 7, 10, 14, 18, 20, 21, 20, 19, 21, 22, 22, 21, 20, 20, 19, 18, 16, 13, 10,
];

impl Rhythm {
    /// How much of a working day's load falls on a day of the week.
    fn share(self, weekday: Weekday) -> f64 {
        match (self, weekday) {
            (Self::Nightly, _) => 1.0,
            (Self::Office, Weekday::Sat) => 0.08,
            (Self::Office, Weekday::Sun) => 0.05,
            (Self::AroundTheClock, Weekday::Sat | Weekday::Sun) => 0.6,
            (_, Weekday::Mon) => 1.15,
            (_, Weekday::Fri) => 0.85,
            _ => 1.0,
        }
    }

    /// How many executions fall on `day`, of which a working day has `per_day`.
    pub fn count(self, rng: &mut StdRng, per_day: f64, day: NaiveDate) -> u32 {
        let spread = match self {
            Self::Nightly => 1.0,
            _ => rng.random_range(0.8..1.25),
        };
        let expected = per_day * self.share(day.weekday()) * spread;
        expected as u32 + u32::from(rng.random_bool(expected.fract()))
    }

    /// A moment of `day`.
    pub fn moment(self, rng: &mut StdRng, day: NaiveDate) -> Timestamp {
        let start = DateTime::<Utc>::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc);
        let micros = match self {
            Self::Nightly => hour(2) + rng.random_range(0..hour(1) / 3),
            Self::Office => hour(draw_hour(rng, &OFFICE)) + rng.random_range(0..hour(1)),
            Self::AroundTheClock => hour(draw_hour(rng, &AROUND_THE_CLOCK)) + rng.random_range(0..hour(1)),
        };
        start + Duration::microseconds(micros)
    }
}

/// That many hours in microseconds.
fn hour(hours: i64) -> i64 {
    hours * 3_600_000_000
}

fn draw_hour(rng: &mut StdRng, weights: &[u32; 24]) -> i64 {
    let hours: [i64; 24] = std::array::from_fn(|hour| hour as i64);
    hours
        .choose_weighted(rng, |hour| weights[*hour as usize])
        .copied()
        .unwrap_or(12)
}
