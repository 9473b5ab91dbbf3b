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
/// Letters with links to another password in one window, by account.
const MAX_LETTERS: u32 = 3;
/// How many of them one address may ask for in one window, for whatever account; people share addresses.
const MAX_ASKED: u32 = 30;
/// How long such a window lasts.
const LETTERS_WINDOW: Duration = Duration::from_secs(15 * 60);
/// Most accounts that are remembered at once.
const MAX_ENTRIES: usize = 10_000;

type Key = (String, Option<IpAddr>);

/// Attempts by account and address: wrong passwords, unless it is for something else. Kept in memory, bounded: a restart
/// forgives.
#[derive(Debug)]
pub struct Throttle {
    entries: Mutex<HashMap<Key, Failures>>,
    most: u32,
    window: Duration,
}

/// What becomes of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It is let pass.
    Admitted,
    /// It is the first in its window that is one too many.
    FirstRefused,
    /// Another one too many.
    Refused,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Instant,
    count: u32,
}

impl Failures {
    fn is_recent(&self, now: Instant, window: Duration) -> bool {
        now.duration_since(self.since) < window
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new(MAX_FAILURES, WINDOW)
    }
}

impl Throttle {
    /// Lets `most` attempts pass in a window.
    pub fn new(most: u32, window: Duration) -> Self {
        Self {
            entries: Mutex::default(),
            most,
            window,
        }
    }

    /// Whether an attempt is one too many; it is counted.
    pub fn refuses(&self, account: &str, address: Option<IpAddr>, now: Instant) -> bool {
        self.count(account, address, now) != Attempt::Admitted
    }

    /// Counts an attempt before its password is checked, so that attempts at the same time count too.
    pub fn count(&self, account: &str, address: Option<IpAddr>, now: Instant) -> Attempt {
        let mut entries = self.entries();
        if entries.len() >= MAX_ENTRIES {
            make_room(&mut entries, now, self.window);
        }
        let failures = entries
            .entry((account.to_owned(), address))
            .and_modify(|failures| {
                if !failures.is_recent(now, self.window) {
                    *failures = Failures { since: now, count: 0 };
                }
            })
            .or_insert(Failures { since: now, count: 0 });
        failures.count = failures.count.saturating_add(1);
        match failures.count.saturating_sub(self.most) {
            0 => Attempt::Admitted,
            1 => Attempt::FirstRefused,
            _ => Attempt::Refused,
        }
    }

    /// Forgets the attempts of somebody who then gave the right password.
    pub fn forgive(&self, email: &str, address: Option<IpAddr>) {
        self.entries().remove(&(email.to_owned(), address));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one may ask for a letter: by account, so that nobody's mailbox is filled, and by address.
#[derive(Debug)]
pub struct LetterThrottle {
    accounts: Throttle,
    addresses: Throttle,
}

impl Default for LetterThrottle {
    fn default() -> Self {
        Self {
            accounts: Throttle::new(MAX_LETTERS, LETTERS_WINDOW),
            addresses: Throttle::new(MAX_ASKED, LETTERS_WINDOW),
        }
    }
}

impl LetterThrottle {
    /// Counts a letter that is asked for. Whether it is one too many, be there such an account or not.
    pub fn refuses(&self, email: &str, address: Option<IpAddr>, now: Instant) -> bool {
        address.is_some() && self.addresses.refuses("", address, now)
            || self.accounts.refuses(email, None, now)
    }
}

/// Drops windows that are over, or else the oldest one.
fn make_room(entries: &mut HashMap<Key, Failures>, now: Instant, window: Duration) {
    entries.retain(|_, failures| failures.is_recent(now, window));
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
        assert_eq!(throttle.count("a@b.example", None, now), Attempt::FirstRefused);
        assert_eq!(throttle.count("a@b.example", None, now), Attempt::Refused);
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
    fn letters_are_counted_by_account_and_by_address() {
        let (throttle, now) = (LetterThrottle::default(), Instant::now());
        let address = |last| Some(IpAddr::from([192, 0, 2, last]));
        for number in 0..=MAX_LETTERS {
            let refused = throttle.refuses("a@b.example", address(number as u8), now);
            assert_eq!(refused, number == MAX_LETTERS);
        }
        assert!(!throttle.refuses("a@b.example", address(9), now + LETTERS_WINDOW));
        for number in 0..=MAX_ASKED {
            let refused = throttle.refuses(&format!("{number}@b.example"), address(10), now);
            assert_eq!(refused, number == MAX_ASKED);
        }
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
