//! A token by which a browser is known again at a sign-in. It opens nothing: guesses at a password are counted apart where
//! the account signed in with it before.

use crate::credentials::cookie;
use ::cookie::Cookie;
use axum::http::HeaderMap;
use service::SESSION_DAYS;
use store::{
    TokenHash,
    token::{self, Token},
};

/// Name of its cookie.
const COOKIE: &str = "al_browser";
/// How long a browser keeps it after the last sign-in, in seconds: as long as the sign-in is remembered.
const LIFETIME: i64 = SESSION_DAYS * 24 * 60 * 60;

/// The hash of the token that a request carries, where it is one of ours.
pub fn token(headers: &HeaderMap) -> Option<TokenHash> {
    own(headers).map(token::hash)
}

/// The cookie that keeps a fresh token, or else for longer the one that the browser has. Only forms under `/auth` see it
/// again.
pub fn keep(headers: &HeaderMap, fresh: Option<&Token>) -> Option<Cookie<'static>> {
    let token = fresh.map(Token::reveal).or_else(|| own(headers))?;
    Some(cookie::make(COOKIE, token, "/auth", LIFETIME))
}

fn own(headers: &HeaderMap) -> Option<&str> {
    let is_ours = |token: &&str| token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    cookie::named(headers, COOKIE).filter(is_ours)
}
