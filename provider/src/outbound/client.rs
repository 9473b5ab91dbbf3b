//! The one guarded HTTP client.

use super::addresses::{AddressRefused, Networks};
use super::lookup::{Guarded, Lookup, SystemLookup};
use reqwest::{Method, RequestBuilder, redirect, retry};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long a connection may take by default.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections that are kept for a host, and for how long: less than servers keep theirs, since a request that
/// meets the end of its connection fails.
const MAX_IDLE: usize = 32;
const IDLE: Duration = Duration::from_secs(30);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
}

/// Speaks HTTP/1.1, by TLS or plain, with addresses that are public or were opened. It follows no redirects, asks no
/// proxy, repeats nothing by itself, and believes the system's certificate authorities. Over HTTP/1.1 an answer that is
/// dropped closes its connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    networks: Networks,
}

impl Client {
    /// Calls what is public or in `networks`; a connection, from the name's lookup to the end of the handshake, may take
    /// as long as `connect`.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(networks: Networks, connect: Duration) -> Result<Self, ClientError> {
        Self::with_lookup(networks, connect, SystemLookup)
    }

    /// As `new`, with names looked up by `lookup`.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn with_lookup(
        networks: Networks,
        connect: Duration,
        lookup: impl Lookup,
    ) -> Result<Self, ClientError> {
        let guarded = Guarded {
            lookup: Arc::new(lookup),
            networks: networks.clone(),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(Arc::new(guarded))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .connect_timeout(connect)
            .pool_max_idle_per_host(MAX_IDLE)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("agent-ledger/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, networks })
    }

    /// A request to an address, to be filled in and sent. An address that stands in the URL itself, in whichever form, is
    /// looked at here; where a name leads, when the connection is made (`refused`).
    ///
    /// # Errors
    /// The address may not be called.
    pub fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, AddressRefused> {
        let address: Option<IpAddr> = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        if let Some(address) = address {
            self.networks.check(None, address)?;
        }
        Ok(self.http.request(method, url))
    }
}

/// The refusal of an address in what became of a request.
pub fn refused(error: &reqwest::Error) -> Option<&AddressRefused> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// An error and what caused it, the root at the end.
pub fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |&error| error.source())
}

fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth(),
    )
}
