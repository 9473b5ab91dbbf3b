//! Proxies in front whose word is believed.

use ipnet::IpNet;
use std::{net::IpAddr, str::FromStr};

/// An address, or a network as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedProxy(IpNet);

impl TrustedProxy {
    fn includes(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether it names everybody.
    pub fn is_everybody(self) -> bool {
        self.0.prefix_len() == 0
    }
}

impl FromStr for TrustedProxy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let address = |text: &str| text.parse().map(|address: IpAddr| address.to_canonical().into());
        address(text)
            .or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| "an address such as 10.0.0.1 or a network such as 10.0.0.0/8 or fd00::/8 is meant")
    }
}

impl std::fmt::Display for TrustedProxy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Whether one of them is at that address.
pub fn is_trusted(proxies: &[TrustedProxy], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.includes(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_told_apart_from_anything_else() {
        for (proxy, inside, outside) in [
            ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.1"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("10.0.0.1", "::ffff:10.0.0.1", "::ffff:10.0.0.2"),
        ] {
            let proxies = [proxy.parse().unwrap()];
            assert!(is_trusted(&proxies, inside.parse().unwrap()), "{proxy} {inside}");
            assert!(
                !is_trusted(&proxies, outside.parse().unwrap()),
                "{proxy} {outside}"
            );
        }
        for garbage in ["", "localhost", "10.0.0.0/33", "10.0.0", "10.0.0.1:80", "*"] {
            assert!(garbage.parse::<TrustedProxy>().is_err(), "{garbage}");
        }
        assert!("0.0.0.0/0".parse::<TrustedProxy>().unwrap().is_everybody());
    }
}
