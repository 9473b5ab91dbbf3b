//! Requests that another site makes a signed-in person's browser send (CSRF) are refused by what browsers say of a
//! request's origin (Fetch Metadata; `Origin`).

use super::cookie;
use crate::api::problem::Problem;
use axum::{
    extract::Request,
    http::{
        HeaderMap, Method,
        header::{HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses a request that changes something, unless it comes from our own pages or from no browser.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    if changes
        && !is_our_own(request.headers())
        && (is_told(request.headers()) || has_session(request.headers()))
    {
        return refusal().into_response();
    }
    next.run(request).await
}

/// Whether a person's session counts for this request.
pub fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() || is_our_own(headers) {
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
fn is_our_own(headers: &HeaderMap) -> bool {
    let header = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = headers.get("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let origin = header(ORIGIN.as_str()).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| header(HOST.as_str()) == Some(authority))
}

/// Whether a browser says anything of the origin.
fn is_told(headers: &HeaderMap) -> bool {
    headers.contains_key("Sec-Fetch-Site") || headers.contains_key(ORIGIN)
}

fn has_session(headers: &HeaderMap) -> bool {
    cookie::token(headers).is_some()
}
