//! Where a request comes from. Every other part of the server takes it from here.

pub(crate) mod hops;
mod unbelieved;

use crate::{
    peer::{RequestSource, is_trusted},
    state::AppState,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::header::HOST,
    middleware::Next,
    response::Response,
};
use std::net::SocketAddr;

/// Puts the `RequestSource` into the request's extensions. What headers say of it is believed from trusted proxies alone.
pub async fn find(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let source = source(&state, &request);
    request.extensions_mut().insert(source);
    next.run(request).await
}

fn source(state: &AppState, request: &Request) -> RequestSource {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let proxies = &state.trusted_proxies;
    let told = match peer {
        Some(peer) if is_trusted(proxies, peer) => hops::believed(request.headers(), proxies),
        Some(peer) => {
            unbelieved::tell(state, peer, request.headers());
            hops::Believed::default()
        }
        None => hops::Believed::default(),
    };
    // HTTP/2 has no `Host`.
    let host = || {
        let header = request
            .headers()
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .map(str::to_owned);
        header.or_else(|| Some(request.uri().authority()?.as_str().to_owned()))
    };
    RequestSource {
        address: told.address.or(peer),
        is_secure: state.secure_cookies || told.is_secure,
        host: told.host.or_else(host),
        public_url: state.public_url.clone(),
    }
}
