//! Which networks that are not public organizations may have called.

use crate::cli::Error;
use ipnet::IpNet;
use provider::outbound::{CONNECT_TIMEOUT, Client, Networks};
use std::net::IpAddr;

/// What opens them.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct OutboundArgs {
    /// Networks that connections may lead to though they are private, loopback or link-local, such as 127.0.0.0/8 for
    /// Ollama on this machine; several separated by commas. Whoever administers an organization reaches them then.
    #[arg(
        long,
        value_name = "NETWORKS",
        env = "AGENT_LEDGER_OUTBOUND_NETWORKS",
        value_delimiter = ',',
        value_parser = network
    )]
    outbound_networks: Vec<IpNet>,
}

impl OutboundArgs {
    /// What calls the addresses that organizations name.
    pub fn client(&self) -> Result<Client, Error> {
        Client::new(
            Networks::new(self.outbound_networks.iter().copied()),
            CONNECT_TIMEOUT,
        )
        .map_err(|error| Error::refused(format!("calls to providers of models cannot be made: {error}")))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let alone = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| alone()).map_err(|_| {
        "must be networks such as 127.0.0.0/8 or fd00::/8, or single addresses, separated by commas"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_single_addresses_are_read() {
        for (text, read) in [
            ("127.0.0.0/8", Some("127.0.0.0/8")),
            (" 10.1.2.3", Some("10.1.2.3/32")),
            ("::1", Some("::1/128")),
            ("fd00::/8", Some("fd00::/8")),
            ("localhost", None),
            ("10.0.0.0/33", None),
            ("", None),
        ] {
            assert_eq!(
                network(text).ok().map(|network| network.to_string()).as_deref(),
                read,
                "{text}"
            );
        }
    }
}
