//! The session cookie. That it is for TLS alone, where there is TLS, is added on the way out, as to every cookie.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE as HEADER};
use chrono::Duration;

/// Name of the session cookie.
pub const COOKIE: &str = "al_session";
/// How long a session lasts.
pub const LIFETIME: Duration = Duration::days(30);

/// The session token that a request carries.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    named(headers, COOKIE)
}

/// The cookie of that name that a request carries.
pub fn named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(HEADER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// `Set-Cookie` that keeps a session.
pub fn keep(token: &str) -> Option<HeaderValue> {
    set(token, LIFETIME.num_seconds())
}

/// `Set-Cookie` that ends a session.
pub fn forget() -> Option<HeaderValue> {
    set("", 0)
}

fn set(value: &str, seconds: i64) -> Option<HeaderValue> {
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")
        .try_into()
        .ok()
}
