//! The one who asks. The extractor is the only way to be known.

use super::{browser, cross_site, quota};
use crate::{
    credentials::bearer,
    peer::{Guest, RequestSource, is_trusted},
    problem::Problem,
    state::AppState,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::USER_AGENT, request::Parts},
};
use domain::field::MAX_USER_AGENT;
use service::{Caller, Identity, Visitor};
use std::{net::IpAddr, sync::LazyLock};

/// Who a request is of that came past what attaches it: nobody.
static NOBODY: LazyLock<Visitor> = LazyLock::new(Visitor::default);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match bearer(&parts.headers) {
            Some(token) => by_key(parts, state, token).await,
            None => {
                let caller = signed_in(parts)?;
                cross_site::check(parts)?;
                Ok(caller)
            }
        }
    }
}

async fn by_key(parts: &Parts, state: &AppState, token: &str) -> Result<Caller, Problem> {
    let visitor = visitor(parts);
    let (organization, key) = state.service.authenticate(visitor, token).await?;
    Guest::of_request_is_known(&parts.extensions);
    quota::admit(parts, &state.store, organization, &key).await?;
    Ok(Caller {
        organization,
        identity: Identity::Key(key),
        origin: visitor.origin(),
    })
}

/// Whoever sends a form or asks for a page.
pub fn visitor(parts: &Parts) -> &Visitor {
    parts.extensions.get().unwrap_or(&NOBODY)
}

/// The same, where somebody is signed in.
pub fn signed_in(parts: &Parts) -> Result<Caller, Problem> {
    visitor(parts).caller().ok_or_else(Problem::unauthenticated)
}

/// What a request tells of whoever sends it, without a session.
pub fn stranger(parts: &Parts, state: &AppState) -> Visitor {
    let ip_address = peer(parts);
    Visitor {
        session: None,
        token: None,
        ip_address,
        is_shared_address: ip_address.is_some_and(|address| is_trusted(&state.trusted_proxies, address)),
        user_agent: user_agent(&parts.headers),
        browser: browser::token(&parts.headers),
    }
}

/// Address of whoever asks: of the other end of the connection, or where that is a trusted proxy, of whom it speaks for.
/// Requests that came through no connection have none.
fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<RequestSource>()?.address
}

/// What the program calls itself: the beginning of it, on one line.
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    let line: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_USER_AGENT)
        .collect();
    (!line.is_empty()).then_some(line)
}
