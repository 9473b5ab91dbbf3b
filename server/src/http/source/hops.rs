//! What proxies say of the requests that they pass on: `X-Forwarded-For`, `-Proto` and `-Host`, or `Forwarded` (RFC 7239).

use crate::peer::{TrustedProxy, is_trusted};
use axum::http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// One way of saying it, each list in the order of the hops, the nearest proxy's word last. Empty where nothing is said.
#[derive(Debug, Default)]
struct Said {
    addresses: Vec<String>,
    schemes: Vec<String>,
    hosts: Vec<String>,
}

/// What is believed of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Believed {
    /// The nearest address that is no trusted proxy's.
    pub address: Option<IpAddr>,
    /// Whether the client spoke to the outermost trusted proxy by HTTPS.
    pub is_secure: bool,
    /// Host and port that the client asked for.
    pub host: Option<String>,
}

/// What a trusted proxy's request says. A proxy passes on the headers that it does not know: where both kinds are there
/// and differ, one is the client's own invention, and neither is believed.
pub fn believed(headers: &HeaderMap, proxies: &[TrustedProxy]) -> Believed {
    let [common, standard] = [common(headers), standard(headers)].map(|said| said.judged(proxies));
    Believed {
        address: agreed(common.address, standard.address),
        is_secure: agreed(common.is_secure, standard.is_secure).unwrap_or_default(),
        host: agreed(common.host, standard.host),
    }
}

fn agreed<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

/// What one way of saying it comes to.
struct Judged {
    address: Option<IpAddr>,
    is_secure: Option<bool>,
    host: Option<String>,
}

impl Said {
    /// Goes from the nearest hop outwards as long as hops are trusted: what lies beyond, anybody may have written.
    fn judged(self, proxies: &[TrustedProxy]) -> Judged {
        let (mut found, mut trusted_hops) = (None, 0);
        for hop in self.addresses.iter().rev() {
            let Some(address) = parse_address(hop) else {
                break;
            };
            found = Some(address);
            if !is_trusted(proxies, address) {
                break;
            }
            trusted_hops += 1;
        }
        // A proxy may add its word to a list or put it in the list's place.
        let word = |list: Vec<String>| {
            let place = list.len().saturating_sub(1 + trusted_hops);
            list.into_iter().nth(place)
        };
        Judged {
            address: found,
            is_secure: word(self.schemes).map(|scheme| scheme.eq_ignore_ascii_case("https")),
            host: word(self.hosts).filter(|host| is_host(host)),
        }
    }
}

fn common(headers: &HeaderMap) -> Said {
    let list = |name| {
        let values = headers.get_all(name).iter();
        // What is not text is a hop that cannot be understood, not one that is not there.
        let values = values.flat_map(|value| value.to_str().unwrap_or("?").split(','));
        values.map(|value| value.trim().to_owned()).collect()
    };
    Said {
        addresses: list("x-forwarded-for"),
        schemes: list("x-forwarded-proto"),
        hosts: list("x-forwarded-host"),
    }
}

fn standard(headers: &HeaderMap) -> Said {
    let mut said = Said::default();
    for value in headers.get_all("forwarded") {
        for element in split(value.to_str().unwrap_or("?"), ',') {
            let pairs: Vec<_> = split(element, ';')
                .into_iter()
                .filter_map(|pair| pair.trim().split_once('='))
                .collect();
            let of = |name: &str| {
                let mut pairs = pairs.iter();
                let (_, value) = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
                Some(unquoted(value))
            };
            // Every element is a hop, also one that does not say whose.
            said.addresses.push(of("for").unwrap_or_default());
            said.schemes.extend(of("proto"));
            said.hosts.extend(of("host"));
        }
    }
    said
}

/// Parts between separators that are not within quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(|character| {
        let separates = !is_quoted && character == separator;
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        separates
    })
    .collect()
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(inner) => inner.replace('\\', ""),
        None => value.to_owned(),
    }
}

/// An address with or without a port, in brackets or without.
fn parse_address(hop: &str) -> Option<IpAddr> {
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse()
        .ok()
        .or_else(|| hop.parse().ok().map(|address: SocketAddr| address.ip()))
        .or_else(bare)
        .map(|address: IpAddr| address.to_canonical())
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || ".:-_[]".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    /// Behind 10.0.0.0/8 and fd00::/8.
    fn told(headers: &[(&'static str, &str)]) -> Believed {
        let proxies = ["10.0.0.0/8", "fd00::/8"].map(|proxy| proxy.parse().unwrap());
        let headers = headers.iter().map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (HeaderName::from_static(name), value)
        });
        believed(&headers.collect(), &proxies)
    }

    fn address(headers: &[(&'static str, &str)]) -> String {
        told(headers)
            .address
            .map(|address| address.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn the_nearest_hop_that_is_no_trusted_proxy_counts() {
        for (hops, client) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("6.6.6.6, 198.51.100.7, 10.0.0.2,10.0.0.3", "198.51.100.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]:4711, fd00::1", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("198.51.100.7:4711", "198.51.100.7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("10.0.0.4, 10.0.0.2", "10.0.0.4"),
            ("198.51.100.7, unknown, 10.0.0.2", "10.0.0.2"),
            ("198.51.100.7, <script>", ""),
            ("fe80::1%eth0", ""),
            ("", ""),
            (",", ""),
        ] {
            assert_eq!(address(&[("x-forwarded-for", hops)]), client, "{hops}");
        }
    }

    #[test]
    fn headers_that_repeat_are_one_list() {
        let hops = [
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-for", "10.0.0.2"),
        ];
        assert_eq!(address(&hops), "198.51.100.7");
        let hops = [("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "ä")];
        assert_eq!(address(&hops), "");
    }

    #[test]
    fn the_standard_header_is_read_with_its_quotes() {
        for (forwarded, client) in [
            ("for=198.51.100.7", "198.51.100.7"),
            ("For=\"[2001:db8::7]:4711\";Proto=https", "2001:db8::7"),
            (
                "for=6.6.6.6, for=198.51.100.7;by=10.0.0.1, for=10.0.0.2",
                "198.51.100.7",
            ),
            ("for=198.51.100.7, for=_hidden", ""),
            ("for=198.51.100.7, proto=https", ""),
            ("for=\"6.6.6.6, for=7.7.7.7", ""),
            ("nonsense", ""),
        ] {
            assert_eq!(address(&[("forwarded", forwarded)]), client, "{forwarded}");
        }
    }

    #[test]
    fn what_a_client_invents_beside_its_proxys_header_is_not_believed() {
        let both = |forwarded| address(&[("x-forwarded-for", "198.51.100.7"), ("forwarded", forwarded)]);
        assert_eq!(both("for=6.6.6.6"), "");
        assert_eq!(both("for=198.51.100.7"), "198.51.100.7");
        assert_eq!(both("proto=http"), "198.51.100.7");
        let schemes = told(&[("x-forwarded-proto", "http"), ("forwarded", "proto=https")]);
        assert!(!schemes.is_secure);
    }

    #[test]
    fn scheme_and_host_are_the_outermost_trusted_proxys_word() {
        let told = told(&[
            ("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.2"),
            ("x-forwarded-proto", "http, https, http"),
            ("x-forwarded-host", "evil.example, ledger.example, inner"),
        ]);
        assert!(told.is_secure);
        assert_eq!(told.host.as_deref(), Some("ledger.example"));
    }

    #[test]
    fn a_scheme_that_was_put_in_anothers_place_counts() {
        let hops = ("x-forwarded-for", "198.51.100.7, 10.0.0.2");
        assert!(told(&[hops, ("x-forwarded-proto", "HTTPS")]).is_secure);
        assert!(!told(&[hops, ("x-forwarded-proto", "https2")]).is_secure);
        assert!(!told(&[hops]).is_secure);
        assert_eq!(told(&[("x-forwarded-host", "a b")]).host, None);
    }
}
