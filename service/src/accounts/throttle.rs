//! How often one may guess a password, ask for a letter, and be told of in the audit log.

use domain::{ApiKeyId, network::network};
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    time::{Duration, Instant},
};
use store::{MOST_REFUSALS_TOLD, TokenHash};

/// Wrong passwords that are let pass in one window, by account and place.
const MOST_BY_PLACE: u32 = 5;
/// The same for one account, from wherever nobody is known.
const MOST_BY_ACCOUNT: u32 = 10;
/// The same from one network address, for whatever accounts; people share addresses.
const MOST_BY_ADDRESS: u32 = 20;
/// How long a window lasts from its first wrong password.
const WINDOW: Duration = Duration::from_secs(60);
/// Letters with links to another password in one window, by account.
const MAX_LETTERS: u32 = 3;
/// How many of them one address may ask for in one window, for whatever account; people share addresses.
const MAX_ASKED: u32 = 30;
/// How long such a window lasts.
const LETTERS_WINDOW: Duration = Duration::from_secs(15 * 60);
/// How long what was told of a key is remembered.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Most that is remembered of one kind at once.
const MAX_ENTRIES: usize = 10_000;

/// Attempts in windows of time, by what they are counted for. Kept in memory, bounded: a restart forgives.
#[derive(Debug)]
pub struct Counter<K> {
    windows: Mutex<HashMap<K, Window>>,
    most: u32,
    length: Duration,
}

/// An attempt that is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// How long until attempts are let pass again.
    pub wait: Duration,
    /// Whether it is the first one too many in its window.
    pub is_first: bool,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    count: u32,
}

impl<K: Clone + Eq + Hash> Counter<K> {
    /// Lets `most` attempts pass in a window of that length, which begins with the first of them.
    pub fn new(most: u32, length: Duration) -> Self {
        Self {
            windows: Mutex::default(),
            most,
            length,
        }
    }

    /// Counts an attempt, before its outcome is known, so that attempts at the same time count too.
    ///
    /// # Errors
    /// Where it is one too many.
    pub fn count(&self, key: &K, now: Instant) -> Result<(), Refused> {
        let mut windows = self.windows.lock();
        if windows.len() >= MAX_ENTRIES {
            make_room(&mut windows, now, self.length);
        }
        let fresh = Window { since: now, count: 0 };
        let window = windows.entry(key.clone()).or_insert(fresh);
        if now.duration_since(window.since) >= self.length {
            *window = fresh;
        }
        window.count = window.count.saturating_add(1);
        match window.count.saturating_sub(self.most) {
            0 => Ok(()),
            over => Err(Refused {
                wait: self.length.saturating_sub(now.duration_since(window.since)),
                is_first: over == 1,
            }),
        }
    }

    /// Takes one attempt back, as if it had not been made.
    fn take_back(&self, key: &K) {
        let mut windows = self.windows.lock();
        if let Some(window) = windows.get_mut(key) {
            window.count = window.count.saturating_sub(1);
            if window.count == 0 {
                windows.remove(key);
            }
        }
    }

    /// Forgets all attempts.
    fn forget(&self, key: &K) {
        self.windows.lock().remove(key);
    }
}

/// Drops windows that are over, or else the oldest one.
fn make_room<K: Clone + Eq + Hash>(windows: &mut HashMap<K, Window>, now: Instant, length: Duration) {
    windows.retain(|_, window| now.duration_since(window.since) < length);
    if windows.len() < MAX_ENTRIES {
        return;
    }
    let oldest = windows
        .iter()
        .min_by_key(|(_, window)| window.since)
        .map(|(key, _)| key.clone());
    if let Some(key) = oldest {
        windows.remove(&key);
    }
}

/// Where somebody guesses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A network address; `None` where a request came through no connection.
    Address(Option<IpAddr>),
    /// A browser that keeps a token from an earlier sign-in.
    Browser(TokenHash),
}

/// Wrong passwords so far: by account and place; and, where an account is not known at the place, by account over all
/// places and by address over all accounts. So guessing elsewhere locks nobody out who signed in before.
#[derive(Debug)]
pub struct GuessThrottle {
    places: Counter<(String, Place)>,
    accounts: Counter<String>,
    addresses: Counter<IpAddr>,
}

/// Where a guess is counted.
#[derive(Debug)]
pub struct Counted {
    place: (String, Place),
    is_known: bool,
    address: Option<IpAddr>,
}

/// Why a guess is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// How long until guesses are looked at again.
    pub wait: Duration,
    /// Whether it is the first one too many at that account.
    pub is_news: bool,
}

impl Default for GuessThrottle {
    fn default() -> Self {
        Self {
            places: Counter::new(MOST_BY_PLACE, WINDOW),
            accounts: Counter::new(MOST_BY_ACCOUNT, WINDOW),
            addresses: Counter::new(MOST_BY_ADDRESS, WINDOW),
        }
    }
}

impl GuessThrottle {
    /// Counts a guess at an account before it is looked at. `is_known` says whether the account signed in from that
    /// place before; `address` is the network's, `None` where it is everybody's, as a proxy's is.
    ///
    /// # Errors
    /// Where it is one too many.
    pub fn admit(
        &self,
        account: &str,
        place: Place,
        is_known: bool,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Result<Counted, Refusal> {
        let counted = Counted {
            place: (account.to_owned(), place),
            is_known,
            address,
        };
        let elsewhere = (!is_known).then_some(());
        let address = elsewhere.and(counted.address.as_ref());
        // First, so that whoever tries many accounts is no trouble to any of them. What is refused counts nowhere else.
        if let Some(address) = address {
            self.addresses.count(address, now).map_err(|refused| Refusal {
                wait: refused.wait,
                is_news: false,
            })?;
        }
        let account = elsewhere.map(|()| &counted.place.0);
        let at_account = self.places.count(&counted.place, now).and_then(|()| {
            let Some(account) = account else {
                return Ok(());
            };
            self.accounts
                .count(account, now)
                .inspect_err(|_| self.places.take_back(&counted.place))
        });
        at_account.map_err(|refused| {
            if let Some(address) = address {
                self.addresses.take_back(address);
            }
            Refusal {
                wait: refused.wait,
                is_news: refused.is_first,
            }
        })?;
        Ok(counted)
    }

    /// Only failures count: takes the guess back, which was right. What was wrong before it at that place is forgiven.
    pub fn was_right(&self, counted: &Counted) {
        self.places.forget(&counted.place);
        self.take_back_elsewhere(counted);
    }

    /// Takes the guess back, which was not looked at in the end.
    pub fn was_not_looked_at(&self, counted: &Counted) {
        self.places.take_back(&counted.place);
        self.take_back_elsewhere(counted);
    }

    fn take_back_elsewhere(&self, counted: &Counted) {
        if counted.is_known {
            return;
        }
        self.accounts.take_back(&counted.place.0);
        if let Some(address) = &counted.address {
            self.addresses.take_back(address);
        }
    }
}

/// How often one may ask for a letter with a link to another password: by account, so that nobody's mailbox is filled, and
/// by address. And how many invitations an organization may send: all letters go by one mail server.
#[derive(Debug)]
pub struct LetterThrottle {
    accounts: Counter<String>,
    addresses: Counter<IpAddr>,
}

impl Default for LetterThrottle {
    fn default() -> Self {
        Self {
            accounts: Counter::new(MAX_LETTERS, LETTERS_WINDOW),
            addresses: Counter::new(MAX_ASKED, LETTERS_WINDOW),
        }
    }
}

impl LetterThrottle {
    /// Counts a letter that is asked for, be there such an account or not.
    pub fn admit(&self, email: &str, address: Option<IpAddr>, now: Instant) -> Result<(), Refused> {
        if let Some(address) = address {
            self.addresses.count(&network(address), now)?;
        }
        self.accounts.count(&email.to_owned(), now)
    }
}

/// Refusals of keys that were told within an hour. The database counts them too, over all servers and restarts; this
/// spares it from being asked.
#[derive(Debug)]
pub struct ToldKeys(Counter<ApiKeyId>);

impl Default for ToldKeys {
    fn default() -> Self {
        Self(Counter::new(MOST_REFUSALS_TOLD, HOUR))
    }
}

impl ToldKeys {
    /// Whether one more refusal of the key is to be told, which it then counts as.
    pub fn is_due(&self, key: &ApiKeyId, now: Instant) -> bool {
        self.0.count(key, now).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "ada@b.example";

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// A guess at an account from an address where it is not known.
    fn guess(
        throttle: &GuessThrottle,
        account: &str,
        address: IpAddr,
        now: Instant,
    ) -> Result<Counted, Refusal> {
        throttle.admit(account, Place::Address(Some(address)), false, Some(address), now)
    }

    #[test]
    fn the_sixth_guess_waits_for_the_next_window() {
        let (throttle, now) = (GuessThrottle::default(), Instant::now());
        for _ in 0..MOST_BY_PLACE {
            assert!(guess(&throttle, ADA, address(1), now).is_ok());
        }
        let later = now + Duration::from_secs(20);
        let (wait, news) = (Duration::from_secs(40), |refusal: Refusal| refusal.is_news);
        let sixth = guess(&throttle, ADA, address(1), later).unwrap_err();
        assert_eq!(sixth, Refusal { wait, is_news: true });
        assert!(!news(guess(&throttle, ADA, address(1), later).unwrap_err()));
        assert!(guess(&throttle, "other@b.example", address(1), now).is_ok());
        assert!(guess(&throttle, ADA, address(1), now + WINDOW).is_ok());
    }

    #[test]
    fn guesses_at_one_account_from_many_addresses_are_counted_together() {
        let (throttle, now) = (GuessThrottle::default(), Instant::now());
        let let_pass = (0..100)
            .filter(|last| guess(&throttle, ADA, address(*last), now).is_ok())
            .count();
        assert_eq!(let_pass, MOST_BY_ACCOUNT as usize);
        let browser = Place::Browser([1; 32]);
        for _ in 0..MOST_BY_PLACE {
            let known = throttle.admit(ADA, browser, true, Some(address(1)), now);
            assert!(known.is_ok(), "a browser that signed in before is not locked out");
        }
        assert!(throttle.admit(ADA, browser, true, Some(address(1)), now).is_err());
    }

    #[test]
    fn guesses_at_many_accounts_from_one_address_are_counted_together() {
        let (throttle, now) = (GuessThrottle::default(), Instant::now());
        let try_all = |address| {
            (0..100)
                .filter(|account| guess(&throttle, &format!("{account}@b.example"), address, now).is_ok())
                .count()
        };
        assert_eq!(try_all(address(1)), MOST_BY_ADDRESS as usize);
        assert_eq!(try_all(address(2)), MOST_BY_ADDRESS as usize);
        let proxy = throttle.admit("a@b.example", Place::Address(Some(address(1))), false, None, now);
        assert!(proxy.is_ok(), "an address that is everybody's does not count");
    }

    #[test]
    fn only_failures_count() {
        let (throttle, now) = (GuessThrottle::default(), Instant::now());
        for _ in 0..100 {
            throttle.was_right(&guess(&throttle, ADA, address(1), now).unwrap());
            throttle.was_not_looked_at(&guess(&throttle, ADA, address(1), now).unwrap());
        }
        for _ in 0..MOST_BY_PLACE - 1 {
            assert!(guess(&throttle, ADA, address(1), now).is_ok());
        }
        throttle.was_right(&guess(&throttle, ADA, address(1), now).unwrap());
        assert!(
            guess(&throttle, ADA, address(1), now).is_ok(),
            "the right password forgives"
        );
    }

    #[test]
    fn letters_are_counted_by_account_and_by_address() {
        let (throttle, now) = (LetterThrottle::default(), Instant::now());
        for number in 0..=MAX_LETTERS {
            let admitted = throttle.admit("a@b.example", Some(address(number as u8)), now);
            assert_eq!(admitted.is_err(), number == MAX_LETTERS);
        }
        let later = throttle.admit("a@b.example", Some(address(9)), now + LETTERS_WINDOW);
        assert!(later.is_ok());
        for number in 0..=MAX_ASKED {
            let admitted = throttle.admit(&format!("{number}@b.example"), Some(address(10)), now);
            assert_eq!(admitted.is_err(), number == MAX_ASKED);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let (counter, now) = (Counter::new(1, WINDOW), Instant::now());
        for account in 0..MAX_ENTRIES + 10 {
            let _ = counter.count(&account, now);
        }
        assert!(counter.windows.lock().len() <= MAX_ENTRIES);
    }
}
