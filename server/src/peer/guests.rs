//! Connections over which no valid credential has come: guests. They are counted by the network address of their other
//! end, so that no stranger takes up the server. A connection over the bound is strict: its first request has to come at
//! once and to bring a credential, so that many who are known may come from one address at the same moment.

use super::trusted::{TrustedProxy, is_trusted};
use axum::http::Extensions;
use domain::network::network;
use parking_lot::Mutex;
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Guests of all addresses together that need not be strict.
const MOST: usize = 2_000;
/// Strict connections of one address over which no credential has come yet, and of all together; where the server takes
/// few connections, at most a quarter and half of them.
const MOST_STRICT: usize = 1_000;
const MOST_STRICT_OF_ALL: usize = 4_000;

/// The guests of a server. Cheap to clone.
#[derive(Clone)]
pub struct Guests(Arc<Shared>);

struct Shared {
    /// Of one address.
    most: usize,
    /// Of one address, beyond those.
    most_strict: usize,
    most_strict_of_all: usize,
    proxies: Arc<[TrustedProxy]>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: Count,
    by_network: HashMap<IpAddr, Count>,
}

#[derive(Default, PartialEq, Eq)]
struct Count {
    /// Those that are not strict.
    guests: usize,
    strict: usize,
}

impl Count {
    fn of(&mut self, is_strict: bool) -> &mut usize {
        if is_strict {
            &mut self.strict
        } else {
            &mut self.guests
        }
    }
}

/// One connection, as its requests know it. Cheap to clone.
#[derive(Clone)]
pub struct Guest(Arc<State>);

struct State {
    /// `None` once a valid credential came, and where nobody counts.
    place: Mutex<Option<Place>>,
    /// Of a strict one: done once a request was refused.
    refused: Option<CancellationToken>,
}

/// A place among the guests, given back when this is dropped.
struct Place {
    guests: Guests,
    network: IpAddr,
    is_strict: bool,
}

impl Guests {
    /// Of a server that takes so many `connections`, of which one address may have `most` guests. Trusted proxies are
    /// not counted.
    pub fn new(most: u32, connections: usize, proxies: Arc<[TrustedProxy]>) -> Self {
        Self(Arc::new(Shared {
            most: most as usize,
            most_strict: MOST_STRICT.min(connections / 4),
            most_strict_of_all: MOST_STRICT_OF_ALL.min(connections / 2),
            proxies,
            counts: Mutex::default(),
        }))
    }

    /// Takes in a connection; `None` where it is to be closed at once.
    pub fn admit(&self, address: IpAddr) -> Option<Guest> {
        let address = address.to_canonical();
        if is_trusted(&self.0.proxies, address) {
            return Some(Guest::new(None));
        }
        let network = network(address);
        let mut counts = self.0.counts.lock();
        let Counts { all, by_network } = &mut *counts;
        let (guests, strict) = by_network
            .get(&network)
            .map_or((0, 0), |own| (own.guests, own.strict));
        let is_strict = all.guests >= MOST || guests >= self.0.most;
        if is_strict && (all.strict >= self.0.most_strict_of_all || strict >= self.0.most_strict) {
            return None;
        }
        *all.of(is_strict) += 1;
        *by_network.entry(network).or_default().of(is_strict) += 1;
        drop(counts);
        Some(Guest::new(Some(Place {
            guests: self.clone(),
            network,
            is_strict,
        })))
    }
}

impl Guest {
    fn new(place: Option<Place>) -> Self {
        let is_strict = place.as_ref().is_some_and(|place| place.is_strict);
        Self(Arc::new(State {
            place: Mutex::new(place),
            refused: is_strict.then(CancellationToken::new),
        }))
    }

    /// A valid credential came: the connection is no guest any more, for good.
    pub fn is_known(&self) {
        drop(self.0.place.lock().take());
    }

    /// The same of the connection of a request with these extensions, if it came over one.
    pub fn of_request_is_known(extensions: &Extensions) {
        if let Some(guest) = extensions.get::<Self>() {
            guest.is_known();
        }
    }

    /// Whether no request is let pass before a valid credential comes.
    pub fn is_strict(&self) -> bool {
        self.0.refused.is_some() && self.0.place.lock().is_some()
    }

    /// A request came without a valid credential: the connection ends.
    pub fn refuse(&self) {
        if let Some(refused) = &self.0.refused {
            refused.cancel();
        }
    }

    /// Whether a request was refused.
    pub fn was_refused(&self) -> bool {
        self.0
            .refused
            .as_ref()
            .is_some_and(CancellationToken::is_cancelled)
    }

    /// Waits until a request is refused: for ever, where none is.
    pub async fn refused(&self) {
        match &self.0.refused {
            Some(refused) => refused.cancelled().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.guests.0.counts.lock();
        let Counts { all, by_network } = &mut *counts;
        let Some(own) = by_network.get_mut(&self.network) else {
            return;
        };
        for count in [all, &mut *own] {
            let taken = count.of(self.is_strict);
            *taken = taken.saturating_sub(1);
        }
        if *own == Count::default() {
            by_network.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guests(most: u32, connections: usize) -> Guests {
        Guests::new(most, connections, Arc::new(["10.0.0.1".parse().unwrap()]))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_guests_then_strict_ones_and_then_none() {
        let guests = guests(2, 8);
        let admit = |from: &str| guests.admit(address(from));
        let first = admit("192.0.2.1").unwrap();
        let second = admit("::ffff:192.0.2.1").unwrap();
        let third = admit("192.0.2.1").unwrap();
        assert_eq!(
            [&first, &second, &third].map(Guest::is_strict),
            [false, false, true]
        );
        let fourth = admit("192.0.2.1").unwrap();
        assert!(admit("192.0.2.1").is_none());
        assert!(!admit("192.0.2.2").unwrap().is_strict(), "another one");
        assert!(!admit("10.0.0.1").unwrap().is_strict(), "a proxy");

        third.is_known();
        assert!(!third.is_strict());
        assert!(admit("192.0.2.1").unwrap().is_strict(), "a strict place is free");
        first.is_known();
        assert!(!admit("192.0.2.1").unwrap().is_strict(), "a place is free");
        drop((first, second, third, fourth));
        assert!(guests.0.counts.lock().by_network.is_empty());
        assert!(guests.0.counts.lock().all == Count::default());
    }

    #[test]
    fn who_has_one_address_of_ipv6_has_its_network() {
        let guests = guests(1, 8);
        let _one = guests.admit(address("2001:db8::1")).unwrap();
        assert!(guests.admit(address("2001:db8::2")).unwrap().is_strict());
        assert!(!guests.admit(address("2001:db8:0:1::1")).unwrap().is_strict());
    }

    #[test]
    fn all_addresses_together_have_so_many_guests() {
        let guests = guests(100, 8);
        let from = |number: usize| address(&format!("192.0.2.{}", number / 100));
        let mut held: Vec<_> = (0..MOST)
            .map(|number| guests.admit(from(number)).unwrap())
            .collect();
        assert!(held.iter().all(|guest| !guest.is_strict()));
        assert!(guests.admit(address("198.51.100.1")).unwrap().is_strict());
        let strict = (0..5).filter_map(|last| guests.admit(address(&format!("203.0.113.{last}"))));
        let strict: Vec<_> = strict.collect();
        assert_eq!(strict.iter().filter(|guest| guest.is_strict()).count(), 4);
        held.pop();
        assert!(!guests.admit(address("198.51.100.1")).unwrap().is_strict());
        let proxies: Vec<_> = (0..MOST).map(|_| guests.admit(address("10.0.0.1"))).collect();
        assert!(proxies.iter().flatten().all(|proxy| !proxy.is_strict()));
    }
}
