//! Where those who besiege come from: addresses of this machine.

use std::net::Ipv4Addr;

/// How many addresses many are.
const MANY: usize = 200;
/// Of each net of 256 addresses the first that are used.
const NET: usize = 100;

/// Where the probe records from.
pub const PROBE: Ipv4Addr = Ipv4Addr::new(127, 0, 101, 1);
/// From where it is tried after each phase whether the server still does its work.
pub const CALLER: Ipv4Addr = Ipv4Addr::new(127, 0, 102, 1);
/// Where the person who has an account signs in from.
pub const PERSON: Ipv4Addr = Ipv4Addr::new(127, 0, 103, 1);
/// Where connections come from that say nothing.
pub const SILENT: Ipv4Addr = Ipv4Addr::new(127, 0, 104, 1);

/// From how many addresses a phase comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sources {
    /// 200.
    Many,
    /// One for strangers, and one for those who hold a credential.
    One,
}

impl Sources {
    /// Where a stranger comes from.
    pub fn stranger(self, number: usize) -> Ipv4Addr {
        self.nth(1, number)
    }

    /// Where somebody with a credential comes from.
    pub fn known(self, number: usize) -> Ipv4Addr {
        self.nth(51, number)
    }

    fn nth(self, net: u8, number: usize) -> Ipv4Addr {
        let number = match self {
            Self::Many => number % MANY,
            Self::One => 0,
        };
        // Both are below 256: there are few.
        Ipv4Addr::new(127, 0, net + (number / NET) as u8, (number % NET) as u8 + 1)
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Many => "200 addresses",
            Self::One => "one address",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn many_are_200_and_nobody_elses() {
        let strangers: BTreeSet<_> = (0..1_000).map(|number| Sources::Many.stranger(number)).collect();
        let known: BTreeSet<_> = (0..1_000).map(|number| Sources::Many.known(number)).collect();
        assert_eq!((strangers.len(), known.len()), (MANY, MANY));
        assert!(strangers.is_disjoint(&known));
        for other in [PROBE, CALLER, PERSON, SILENT] {
            assert!(!strangers.contains(&other) && !known.contains(&other));
        }
        assert!(strangers.iter().chain(&known).all(Ipv4Addr::is_loopback));
    }

    #[test]
    fn one_is_one() {
        assert_eq!(Sources::One.stranger(0), Ipv4Addr::new(127, 0, 1, 1));
        assert_eq!(Sources::One.stranger(7), Sources::One.stranger(0));
        assert_ne!(Sources::One.stranger(0), Sources::One.known(0));
    }
}
