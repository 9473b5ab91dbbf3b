//! A password that somebody gives for an account: looked at unless too many were wrong, and told of where it is wrong too
//! often.

use super::{
    hashing::{Busy, Line},
    password,
    throttle::Place,
};
use crate::{Error, Service, Visitor, clock};
use domain::network::network;
use std::time::{Duration, Instant};
use store::{SignInOrigin, StoreError};

/// How long it takes until there is room in a line that is full.
const LINE_MOVES: Duration = Duration::from_secs(1);

impl Service {
    /// Looks at a password for the account of that e-mail address, whose hash is that; an account that is not there takes
    /// as long. Guesses from a browser or an address from which the account signed in of late, or by whoever is signed in,
    /// are counted apart from everybody else's, and wait in another line.
    ///
    /// # Errors
    /// `WrongPassword` and `Throttled`.
    pub(super) async fn check_password(
        &self,
        visitor: &Visitor,
        email: &str,
        password: String,
        hash: Option<String>,
    ) -> Result<(), Error> {
        let (place, is_known) = self.place(visitor, email).await?;
        let address = visitor.ip_address.filter(|_| !visitor.is_shared_address);
        let throttle = &self.attempts.guesses;
        let counted = match throttle.admit(email, place, is_known, address.map(network), Instant::now()) {
            Ok(counted) => counted,
            Err(refusal) => {
                if refusal.is_news {
                    self.tell_throttled(email.to_owned(), visitor.actor());
                }
                return Err(Error::Throttled(refusal.wait));
            }
        };
        let line = if is_known { Line::Known } else { Line::Strangers };
        match password::verify_aside(password, hash, line).await {
            Ok(true) => {
                throttle.was_right(&counted);
                Ok(())
            }
            Ok(false) => Err(Error::WrongPassword),
            Err(Busy) => {
                throttle.was_not_looked_at(&counted);
                Err(Error::Throttled(LINE_MOVES))
            }
        }
    }

    /// Where the guess comes from, and whether the account is known there.
    async fn place(&self, visitor: &Visitor, email: &str) -> Result<(Place, bool), StoreError> {
        let address = visitor.ip_address.map(network);
        let at_address = Place::Address(address);
        let session = visitor.session.as_ref();
        if session.is_some_and(|session| session.user.email == email) {
            return Ok((at_address, true));
        }
        let now = clock::now();
        if let Some(token) = visitor.browser {
            let origin = SignInOrigin::Browser(token);
            if self.store.signed_in_from(email, &origin, now).await? {
                return Ok((Place::Browser(token), true));
            }
        }
        let is_known = match address {
            Some(address) => {
                let origin = SignInOrigin::Address(address);
                self.store.signed_in_from(email, &origin, now).await?
            }
            None => false,
        };
        Ok((at_address, is_known))
    }
}
