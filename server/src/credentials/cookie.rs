//! Cookies: how they are read, and how ours are made. That they are for TLS alone, where there is TLS, is added on the
//! way out, as to every cookie.

use crate::peer::RequestSource;
use axum::http::{Extensions, HeaderMap, header};
use chrono::Duration;
use cookie::{Cookie, SameSite, time};
use service::SESSION_DAYS;

/// Name of the session cookie.
pub const COOKIE: &str = "al_session";
/// Its name under TLS. By this beginning browsers take it from the host itself alone, and not from one beside it.
pub const SECURE_COOKIE: &str = "__Host-al_session";

/// The session token that a request carries.
pub fn token<'a>(headers: &'a HeaderMap, extensions: &Extensions) -> Option<&'a str> {
    let is_secure = extensions
        .get::<RequestSource>()
        .is_some_and(|source| source.is_secure);
    named(headers, if is_secure { SECURE_COOKIE } else { COOKIE })
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

/// The cookie that keeps a session. Under TLS it gets its other name on the way out.
pub fn keep(token: &str) -> Cookie<'static> {
    make(COOKIE, token, "/", Duration::days(SESSION_DAYS).num_seconds())
}

/// The one that ends a session.
pub fn forget() -> Cookie<'static> {
    make(COOKIE, "", "/", 0)
}
