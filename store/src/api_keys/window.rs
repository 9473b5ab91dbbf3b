//! A window that slides: of the requests that were let through within any 60 seconds there are never more than the
//! limit.
//!
//! Requests are kept by the second in which they came, each with the moment of the last one: a window holds 61 numbers
//! at most. A second leaves as a whole, 60 seconds after its last request. So a request may count up to a second
//! longer than it has to, and never shorter.

use std::collections::VecDeque;

/// How long a request counts, in microseconds.
pub(super) const WINDOW: i64 = 60 * SECOND;
pub(super) const SECOND: i64 = 1_000_000;

/// What is left of a key's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests that may be made within any 60 seconds.
    pub limit: u32,
    /// How many more may be made right now.
    pub remaining: u32,
    /// Seconds, from 1 to 60, until more may be made than that. Where nothing is left it is when the next one will be
    /// let through, unless another comes first.
    pub resets_in: u8,
    /// Whether this request is one too many. It does not count.
    pub exceeded: bool,
}

/// The requests that were let through in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// When the last of them was, in microseconds.
    pub at: i64,
    pub requests: i64,
}

/// The requests of one key that count, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Window(VecDeque<Slot>);

impl Window {
    /// The window of these slots.
    pub(super) fn of(slots: impl IntoIterator<Item = Slot>) -> Self {
        Self(slots.into_iter().collect())
    }

    /// Counts a request at `now`, unless it is one too many.
    ///
    /// One that is a little earlier than the last was overtaken, and counts as if it came with it. Where the clock was put
    /// back by a minute and more, what was counted before is forgotten.
    pub(super) fn count(&mut self, limit: u32, now: i64) -> Quota {
        self.0.retain(|slot| (now - slot.at).abs() < WINDOW);
        let now = self.0.back().map_or(now, |last| last.at.max(now));
        let exceeded = self.requests() >= i64::from(limit);
        if !exceeded {
            match self.0.back_mut() {
                Some(last) if last.at.div_euclid(SECOND) == now.div_euclid(SECOND) => {
                    last.at = now;
                    last.requests += 1;
                }
                _ => self.0.push_back(Slot { at: now, requests: 1 }),
            }
        }
        self.quota(limit, now, exceeded)
    }

    /// What is left of the limit after a request at `now`, which was counted unless it was `exceeded`.
    pub(super) fn quota(&self, limit: u32, now: i64, exceeded: bool) -> Quota {
        let requests = self.requests();
        // Where the limit was lowered meanwhile, more than one slot may have to leave first.
        let mut over = (requests - i64::from(limit)).max(0);
        let mut ends = now + WINDOW;
        for slot in &self.0 {
            ends = slot.at + WINDOW;
            over -= slot.requests;
            if over < 0 {
                break;
            }
        }
        let seconds = ((ends - now).clamp(1, WINDOW) + SECOND - 1) / SECOND;
        Quota {
            limit,
            remaining: u32::try_from(i64::from(limit) - requests).unwrap_or(0),
            resets_in: u8::try_from(seconds).unwrap_or(60),
            exceeded,
        }
    }

    /// Whether nothing of it counts at `now`.
    pub(super) fn is_over(&self, now: i64) -> bool {
        self.0.back().is_none_or(|last| (now - last.at).abs() >= WINDOW)
    }

    fn requests(&self) -> i64 {
        self.0.iter().map(|slot| slot.requests).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(window: &mut Window, now: i64) -> (u32, u8, bool) {
        let quota = window.count(2, now);
        (quota.remaining, quota.resets_in, quota.exceeded)
    }

    #[test]
    fn requests_leave_one_by_one() {
        let mut window = Window::default();
        assert_eq!(count(&mut window, 0), (1, 60, false));
        assert_eq!(count(&mut window, 30 * SECOND), (0, 30, false));
        assert_eq!(count(&mut window, 59 * SECOND + 1), (0, 1, true));
        assert_eq!(count(&mut window, WINDOW), (0, 30, false), "the first has left");
        assert_eq!(count(&mut window, WINDOW + 1), (0, 30, true));
        assert_eq!(count(&mut window, 90 * SECOND), (0, 30, false), "the second too");
    }

    #[test]
    fn a_clock_that_is_put_back_holds_nobody_up() {
        let mut window = Window::default();
        for _ in 0..2 {
            window.count(2, 3_600 * SECOND);
        }
        assert_eq!(count(&mut window, 3_599 * SECOND), (0, 60, true), "overtaken");
        assert_eq!(count(&mut window, 0), (1, 60, false));
    }

    #[test]
    fn a_lower_limit_waits_for_as_many_as_it_must() {
        let mut window = Window::default();
        for second in 0..10 {
            window.count(10, second * SECOND);
        }
        let refused = window.count(3, 10 * SECOND);
        assert_eq!((refused.remaining, refused.exceeded), (0, true));
        assert_eq!(
            refused.resets_in, 57,
            "the eighth, of second 7, leaves and two are left"
        );
        assert!(window.count(3, 67 * SECOND - 1).exceeded);
        assert!(!window.count(3, 67 * SECOND).exceeded);
    }

    /// Steps between requests, most of them short, and a limit.
    fn requests() -> impl Strategy<Value = (u32, Vec<i64>)> {
        let step = prop_oneof![
            4 => 0..SECOND / 4,
            4 => 0..5 * SECOND,
            1 => 0..2 * WINDOW,
            1 => Just(WINDOW),
        ];
        (1u32..40, prop::collection::vec(step, 1..300))
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_the_limit_and_hardly_less((limit, steps) in requests()) {
            let (mut window, mut log, mut now) = (Window::default(), Vec::<i64>::new(), 1_234_567);
            for step in steps {
                now += step;
                let within = |length: i64, log: &[i64]| log.iter().filter(|at| **at > now - length).count();
                let quota = window.count(limit, now);
                if quota.exceeded {
                    prop_assert!(within(WINDOW + SECOND, &log) >= limit as usize, "refused without need");
                    let through = now + i64::from(quota.resets_in) * SECOND;
                    prop_assert!(!window.clone().count(limit, through).exceeded, "told too early");
                    prop_assert!(window.clone().count(limit, through - SECOND).exceeded, "told too late");
                } else {
                    log.push(now);
                    let passed = within(WINDOW, &log);
                    prop_assert!(passed <= limit as usize, "{passed} of {limit} passed");
                    prop_assert!(quota.remaining as usize <= limit as usize - passed);
                }
                prop_assert!(window.0.len() <= 61);
            }
        }

        #[test]
        fn as_many_as_remain_are_let_through((limit, steps) in requests()) {
            let (mut window, mut now) = (Window::default(), 0);
            for step in steps {
                now += step;
                let remaining = window.count(limit, now).remaining;
                let mut trial = window.clone();
                for _ in 0..remaining {
                    prop_assert!(!trial.count(limit, now).exceeded);
                }
                prop_assert!(trial.count(limit, now).exceeded);
            }
        }
    }
}
