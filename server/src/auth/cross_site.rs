//! Requests that another site makes a signed-in person's browser send (CSRF) are refused by what browsers say of a
//! request's origin (Fetch Metadata; `Origin`).

use crate::{credentials::cookie, peer::RequestSource, problem::Problem};
use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, header::ORIGIN, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses a request that changes something, unless it comes from our own pages or from no browser.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    if changes
        && !is_our_own(request.headers(), request.extensions())
        && (is_told(request.headers()) || has_session(request.headers()))
    {
        return refusal().into_response();
    }
    next.run(request).await
}

/// Whether a person's session counts for this request.
pub fn check(parts: &Parts) -> Result<(), Problem> {
    if parts.method.is_safe() || is_our_own(&parts.headers, &parts.extensions) {
        Ok(())
    } else {
        Err(refusal())
    }
}

fn refusal() -> Problem {
    Problem::forbidden(
        "cross_site_request",
        "The request does not come from one of our own pages; programs use an API key.",
    )
}

/// A browser says that one of our own pages sent this, or the person alone.
fn is_our_own(headers: &HeaderMap, extensions: &Extensions) -> bool {
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let origin = headers
        .get(ORIGIN)
        .and_then(|origin| origin.to_str().ok()?.split_once("://"));
    let host = extensions
        .get::<RequestSource>()
        .and_then(|source| source.host.as_deref());
    origin.is_some_and(|(_, authority)| host == Some(authority))
}

/// Whether a browser says anything of the origin.
fn is_told(headers: &HeaderMap) -> bool {
    headers.contains_key("Sec-Fetch-Site") || headers.contains_key(ORIGIN)
}

fn has_session(headers: &HeaderMap) -> bool {
    cookie::token(headers).is_some()
}
