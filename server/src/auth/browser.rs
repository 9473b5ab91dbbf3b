//! A token by which a browser is known again at a sign-in. It opens nothing: guesses at a password are counted apart where
//! the account signed in with it before.

use crate::credentials::cookie;
use ::cookie::Cookie;
use axum::http::HeaderMap;
use store::{
    TokenHash,
    token::{self, Token},
};

/// Name of its cookie.
const COOKIE: &str = "al_browser";
/// How long a browser keeps it after the last sign-in, in seconds: as long as the sign-in is remembered.
const LIFETIME: i64 = 30 * 24 * 60 * 60;

/// The hash of the token that a request carries.
pub fn token(headers: &HeaderMap) -> Option<TokenHash> {
    cookie::named(headers, COOKIE).map(token::hash)
}

/// The token that the browser keeps from now on: its own, or else a fresh one. As a cookie, which only forms under `/auth`
/// see again, and its hash.
pub fn keep(headers: &HeaderMap) -> (Cookie<'static>, TokenHash) {
    let is_ours = |token: &&str| token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let token = match cookie::named(headers, COOKIE).filter(is_ours) {
        Some(token) => token.to_owned(),
        None => Token::fresh().reveal().to_owned(),
    };
    (
        cookie::make(COOKIE, &token, "/auth", LIFETIME),
        token::hash(&token),
    )
}
