//! From names to addresses that may be called.

use super::addresses::Networks;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What knows the addresses of names.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a name.
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Answers only addresses that may be called. The connection is made to one of those that are answered here, so a name
/// that leads elsewhere when it is asked for again changes nothing.
pub(super) struct Guarded {
    pub lookup: Arc<dyn Lookup>,
    pub networks: Networks,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, networks) = (Arc::clone(&self.lookup), self.networks.clone());
        Box::pin(async move {
            let name = name.as_str();
            let (mut open, mut refused) = (Vec::new(), None);
            for address in lookup.lookup(name).await? {
                match networks.check(Some(name), address) {
                    Ok(()) => open.push(SocketAddr::new(address, 0)),
                    Err(why) => refused = refused.or(Some(why)),
                }
            }
            match refused {
                Some(refused) if open.is_empty() => Err(refused.into()),
                _ => Ok(Box::new(open.into_iter()) as Addrs),
            }
        })
    }
}
