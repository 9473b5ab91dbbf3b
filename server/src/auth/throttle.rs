//! How often one may guess a password.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Wrong passwords that are let pass in one window, by account and address.
const MAX_FAILURES: u32 = 5;
/// How long a window lasts from its first wrong password.
const WINDOW: Duration = Duration::from_secs(60);
/// Most accounts that are remembered at once.
const MAX_ENTRIES: usize = 10_000;

type Key = (String, Option<IpAddr>);

/// Wrong passwords by account and address. Kept in memory, bounded: a restart forgives.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<Key, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Instant,
    count: u32,
}

impl Failures {
    fn is_recent(&self, now: Instant) -> bool {
        now.duration_since(self.since) < WINDOW
    }
}

impl Throttle {
    /// Counts an attempt before its password is checked, so that attempts at the same time count too. Whether it is one
    /// too many.
    pub fn refuses(&self, email: &str, address: Option<IpAddr>, now: Instant) -> bool {
        let mut entries = self.entries();
        if entries.len() >= MAX_ENTRIES {
            make_room(&mut entries, now);
        }
        let failures = entries
            .entry((email.to_owned(), address))
            .and_modify(|failures| {
                if !failures.is_recent(now) {
                    *failures = Failures { since: now, count: 0 };
                }
            })
            .or_insert(Failures { since: now, count: 0 });
        failures.count = failures.count.saturating_add(1);
        failures.count > MAX_FAILURES
    }

    /// Forgets the attempts of somebody who then gave the right password.
    pub fn forgive(&self, email: &str, address: Option<IpAddr>) {
        self.entries().remove(&(email.to_owned(), address));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops windows that are over, or else the oldest one.
fn make_room(entries: &mut HashMap<Key, Failures>, now: Instant) {
    entries.retain(|_, failures| failures.is_recent(now));
    if entries.len() < MAX_ENTRIES {
        return;
    }
    let oldest = entries
        .iter()
        .min_by_key(|(_, failures)| failures.since)
        .map(|(key, _)| key.clone());
    if let Some(key) = oldest {
        entries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_guess_waits_for_the_next_window() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..MAX_FAILURES {
            assert!(!throttle.refuses("a@b.example", None, now));
        }
        assert!(throttle.refuses("a@b.example", None, now));
        assert!(!throttle.refuses("other@b.example", None, now));
        assert!(!throttle.refuses("a@b.example", None, now + WINDOW));
    }

    #[test]
    fn the_right_password_forgives() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..=MAX_FAILURES {
            throttle.refuses("a@b.example", None, now);
        }
        throttle.forgive("a@b.example", None);
        assert!(!throttle.refuses("a@b.example", None, now));
    }

    #[test]
    fn memory_is_bounded() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for account in 0..MAX_ENTRIES + 10 {
            throttle.refuses(&account.to_string(), None, now);
        }
        assert!(throttle.entries().len() <= MAX_ENTRIES);
    }
}
