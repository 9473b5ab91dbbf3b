//! Which addresses may be called.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// An address that may not be called. Its text names the address and the flag by which the operator opens it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} {address}, which is {what}; whoever operates the server can allow it with --outbound-networks {}",
    .host.as_deref().map_or("the host is".to_owned(), |host| format!("{host} leads to")),
    network(*.address)
)]
pub struct AddressRefused {
    /// The name that led to it; `None` where the address itself was given.
    pub host: Option<String>,
    /// The address.
    pub address: IpAddr,
    /// What it is, such as "a private address".
    pub what: &'static str,
}

/// The network of an address alone, as the flag takes it.
fn network(address: IpAddr) -> String {
    IpNet::from(address).to_string()
}

/// Networks that are called although they are not public, as the operator opened them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Networks(Arc<[IpNet]>);

impl Networks {
    /// Opens these networks.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// Whether an address may be called: it is public, or in a network that was opened. `host` is the name that led to
    /// it.
    ///
    /// # Errors
    /// It may not.
    pub fn check(&self, host: Option<&str>, address: IpAddr) -> Result<(), AddressRefused> {
        let address = address.to_canonical();
        match special(address) {
            Some(what) if !self.0.iter().any(|network| network.contains(&address)) => Err(AddressRefused {
                host: host.map(str::to_owned),
                address,
                what,
            }),
            _ => Ok(()),
        }
    }
}

/// What an address is that is not public.
fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => special_v6(address),
    }
}

/// Networks of IPv4 that are not public, by IANA's registry of special-purpose addresses (RFC 6890), and the address
/// outside of it at which a cloud tells its machines their secrets.
const SPECIAL_V4: [(Ipv4Addr, u32, &str); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an address of this machine"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, PRIVATE),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a shared address"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, LOOPBACK),
    (
        Ipv4Addr::new(168, 63, 129, 16),
        32,
        "Azure's address for its own machines",
    ),
    (Ipv4Addr::new(169, 254, 0, 0), 16, LINK_LOCAL),
    (Ipv4Addr::new(172, 16, 0, 0), 12, PRIVATE),
    (Ipv4Addr::new(192, 0, 0, 0), 24, RESERVED),
    (Ipv4Addr::new(192, 0, 2, 0), 24, DOCUMENTATION),
    (Ipv4Addr::new(192, 88, 99, 0), 24, RESERVED),
    (Ipv4Addr::new(192, 168, 0, 0), 16, PRIVATE),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "an address for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, DOCUMENTATION),
    (Ipv4Addr::new(203, 0, 113, 0), 24, DOCUMENTATION),
    (Ipv4Addr::new(224, 0, 0, 0), 4, MULTICAST),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "the broadcast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, RESERVED),
];

const PRIVATE: &str = "a private address";
const LOOPBACK: &str = "a loopback address";
const LINK_LOCAL: &str = "a link-local address";
const MULTICAST: &str = "a multicast address";
const RESERVED: &str = "a reserved address";
const DOCUMENTATION: &str = "an address for documentation";

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    SPECIAL_V4
        .iter()
        .find(|(network, length, _)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= *length)
        .map(|(_, _, what)| *what)
}

/// Of IPv6 only `2000::/3` is public, less what RFC 6890's registry takes out of it: addresses of protocols
/// (`2001::/23`, Teredo among them), documentation, and 6to4, which leads to an address of IPv4.
fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(embedded) = translated(address) {
        return special_v4(embedded);
    }
    let [first, second, ..] = address.segments();
    match (first, second) {
        _ if address.is_loopback() => Some(LOOPBACK),
        _ if address.is_unspecified() => Some("an address of this machine"),
        (0xfc00..=0xfdff, _) => Some("a unique local address"),
        (0xfe80..=0xfebf, _) => Some(LINK_LOCAL),
        (0xfec0..=0xfeff, _) => Some("a site-local address"),
        (0xff00.., _) => Some(MULTICAST),
        (0x2001, 0..=0x01ff) | (0x2002, _) => Some(RESERVED),
        (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => Some(DOCUMENTATION),
        (0x2000..=0x3fff, _) => None,
        _ => Some(RESERVED),
    }
}

/// The address of IPv4 to which a gateway translates this one: NAT64, `64:ff9b::/96` (RFC 6052).
fn translated(address: Ipv6Addr) -> Option<Ipv4Addr> {
    const PREFIX: u128 = 0x0064_ff9b << 96;
    let bits = address.to_bits();
    (bits >> 32 == PREFIX >> 32).then_some(Ipv4Addr::from_bits((bits & 0xffff_ffff) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_open(networks: &Networks, address: &str) -> bool {
        networks.check(None, address.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_public_addresses_are_called() {
        let none = Networks::default();
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "4000::1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!is_open(&none, refused), "{refused}");
        }
        for open in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "168.63.129.15",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "2003::1",
        ] {
            assert!(is_open(&none, open), "{open}");
        }
    }

    #[test]
    fn the_operator_opens_networks() {
        let networks = Networks::new(["127.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()));
        for open in ["127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "8.8.8.8"] {
            assert!(is_open(&networks, open), "{open}");
        }
        for refused in ["::1", "10.0.0.1", "fc00::1"] {
            assert!(!is_open(&networks, refused), "{refused}");
        }
    }

    #[test]
    fn a_refusal_says_how_to_open_the_address() {
        let refused = |host, address: &str| {
            let refused = Networks::default().check(host, address.parse().unwrap());
            refused.unwrap_err().to_string()
        };
        assert_eq!(
            refused(Some("ollama"), "10.1.2.3"),
            "ollama leads to 10.1.2.3, which is a private address; whoever operates the server can allow it with \
             --outbound-networks 10.1.2.3/32"
        );
        assert!(refused(None, "::1").starts_with("the host is ::1, which is a loopback address"));
    }
}
