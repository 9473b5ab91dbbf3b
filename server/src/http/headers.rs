//! What every answer carries, unless its maker said otherwise.

use crate::{
    credentials::{COOKIE, SECURE_COOKIE},
    page::ContentPolicy,
    peer::RequestSource,
};
use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, Entry, REFERRER_POLICY, SET_COOKIE,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::Response,
};

/// Ends the session's cookie under the name that it has without TLS.
const FORGET_PLAIN: &str = "al_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure";

/// `no-referrer` would also take the origin from forms, by which we know our own.
const ALWAYS: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (CACHE_CONTROL, "no-store"),
];

/// A year, which is what lists of such hosts ask for. Not for subdomains: they are not ours to speak for.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds what is missing.
pub async fn secure(request: Request, next: Next) -> Response {
    let source = request.extensions().get::<RequestSource>();
    let is_secure = source.is_some_and(|source| source.is_secure);
    let mut response = next.run(request).await;
    let policy = response
        .extensions()
        .get()
        .copied()
        .unwrap_or(ContentPolicy::Nothing);
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_secure {
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(ONLY_TLS);
        keep_cookies_to_tls(headers);
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy.header());
    response
}

/// Every cookie of the answer, whoever sets it.
fn keep_cookies_to_tls(headers: &mut HeaderMap) {
    let Entry::Occupied(mut cookies) = headers.entry(SET_COOKIE) else {
        return;
    };
    let mut is_session = false;
    for cookie in cookies.iter_mut() {
        let given = cookie.as_bytes();
        let (name, rest) = match given.strip_prefix(COOKIE.as_bytes()) {
            Some(rest) if rest.starts_with(b"=") => (SECURE_COOKIE, rest),
            _ => ("", given),
        };
        is_session |= name == SECURE_COOKIE;
        if let Ok(secure) = HeaderValue::from_bytes(&[name.as_bytes(), rest, b"; Secure"].concat()) {
            *cookie = secure;
        }
    }
    if is_session {
        // One that the browser has from plain HTTP, or from before the name changed, is of no use here.
        cookies.append(HeaderValue::from_static(FORGET_PLAIN));
    }
}
