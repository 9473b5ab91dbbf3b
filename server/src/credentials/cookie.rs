//! Cookies: how they are read, and how ours are made. That they are for TLS alone, where there is TLS, is added on the
//! way out, as to every cookie.

use axum::http::{HeaderMap, header};
use chrono::Duration;
use cookie::{Cookie, SameSite, time};
use service::SESSION_DAYS;

/// Name of the session cookie.
pub const COOKIE: &str = "al_session";

/// The session token that a request carries.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    named(headers, COOKIE)
}

/// The cookie of that name that a request carries, the first where there are several.
pub fn named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == wanted)
        .and_then(|cookie| cookie.value_raw())
}

/// A cookie for `path` and what lies below it, which no script reads and no other site's form sends. The browser keeps it
/// for so many seconds.
pub fn make(name: &'static str, value: &str, path: &'static str, seconds: i64) -> Cookie<'static> {
    Cookie::build((name, value.to_owned()))
        .path(path)
        .max_age(time::Duration::seconds(seconds))
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

/// The cookie that keeps a session.
pub fn keep(token: &str) -> Cookie<'static> {
    make(COOKIE, token, "/", Duration::days(SESSION_DAYS).num_seconds())
}

/// The one that ends a session.
pub fn forget() -> Cookie<'static> {
    make(COOKIE, "", "/", 0)
}
