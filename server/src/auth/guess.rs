//! A password that somebody gives for an account: looked at unless too many were wrong, and told of where it is wrong too
//! often.

use super::{
    browser, caller,
    hashing::{Busy, Line},
    password, refusals,
};
use crate::{
    clock,
    peer::{is_trusted, network},
    state::AppState,
    throttle::Place,
};
use axum::http::request::Parts;
use std::time::{Duration, Instant};
use store::{Session, SignInOrigin, StoreError};

/// How long it takes until there is room in a line that is full.
const LINE_MOVES: Duration = Duration::from_secs(1);

/// What becomes of a password that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It is the account's.
    Right,
    /// It is not, or there is no such account.
    Wrong,
    /// It was not looked at, and will not be for so long.
    Refused(Duration),
}

/// Looks at a password for the account of that e-mail address, whose hash is that; an account that is not there takes as
/// long. Guesses from a browser or an address from which the account signed in of late, or by whoever is signed in, are
/// counted apart from everybody else's, and wait in another line.
pub async fn guess(
    state: &AppState,
    parts: &Parts,
    email: &str,
    password: String,
    hash: Option<String>,
) -> Result<Guess, StoreError> {
    let (place, is_known) = place(state, parts, email).await?;
    let address = caller::peer(parts).filter(|address| !is_trusted(&state.trusted_proxies, *address));
    let throttle = &state.throttle;
    let counted = match throttle.admit(email, place, is_known, address.map(network), Instant::now()) {
        Ok(counted) => counted,
        Err(refusal) => {
            if refusal.is_news {
                refusals::tell_throttled(state, email.to_owned(), caller::actor(parts));
            }
            return Ok(Guess::Refused(refusal.wait));
        }
    };
    let line = if is_known { Line::Known } else { Line::Strangers };
    Ok(match password::verify_aside(password, hash, line).await {
        Ok(true) => {
            throttle.was_right(&counted);
            Guess::Right
        }
        Ok(false) => Guess::Wrong,
        Err(Busy) => {
            throttle.was_not_looked_at(&counted);
            Guess::Refused(LINE_MOVES)
        }
    })
}

/// Where the guess comes from, and whether the account is known there.
async fn place(state: &AppState, parts: &Parts, email: &str) -> Result<(Place, bool), StoreError> {
    let address = caller::peer(parts).map(network);
    let at_address = Place::Address(address);
    let session = parts.extensions.get::<Session>();
    if session.is_some_and(|session| session.user.email == email) {
        return Ok((at_address, true));
    }
    let now = clock::now();
    if let Some(token) = browser::token(&parts.headers) {
        let origin = SignInOrigin::Browser(token);
        if state.store.signed_in_from(email, &origin, now).await? {
            return Ok((Place::Browser(token), true));
        }
    }
    let is_known = match address {
        Some(address) => {
            let origin = SignInOrigin::Address(address);
            state.store.signed_in_from(email, &origin, now).await?
        }
        None => false,
    };
    Ok((at_address, is_known))
}
