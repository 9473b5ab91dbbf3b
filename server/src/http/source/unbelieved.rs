//! Who says of requests where they come from, and is no trusted proxy. Mostly it is a proxy of which the server was not
//! told; it is told of once an hour, in the log and for `doctor`.

use crate::{clock, state::AppState};
use axum::http::HeaderMap;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

/// What proxies add, and others seldom do.
const HEADERS: [&str; 4] = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "forwarded",
];
/// How often it is told of, whoever it is.
const PERIOD: Duration = Duration::from_secs(60 * 60);

/// Tells of a peer whose request has such headers.
pub fn tell(state: &AppState, peer: IpAddr, headers: &HeaderMap) {
    let says = HEADERS.iter().any(|name| headers.contains_key(*name));
    if !says || !state.unbelieved.is_due(Instant::now(), PERIOD) {
        return;
    }
    tracing::warn!(
        "a request from {peer} says for whom it is forwarded, and is not believed: if that is your proxy, start the \
         server with --trusted-proxy {peer}"
    );
    let store = state.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.note_untrusted_proxy(peer, clock::now()).await {
            tracing::debug!(%error, "a proxy that is not believed could not be noted");
        }
    });
}
