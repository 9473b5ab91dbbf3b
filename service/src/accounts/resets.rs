//! Links by which somebody who forgot the password chooses another one.

use super::password;
use crate::{Caller, Error, Service, Visitor, clock};
use chrono::Duration;
use domain::{Actor, Rule, Timestamp, UserId, access::parse_email, member::RESET_HOURS, time};
use std::time::Instant;
use store::token::{self, Token};

/// Letters with such links that may wait, of all people together.
const MOST_WAITING: u64 = 1_000;

/// A link that was made. `Debug` is not derived: the token stays out of logs.
pub struct ResetLink {
    /// The token: the only time that it is seen.
    pub token: Token,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl ResetLink {
    fn fresh() -> Self {
        Self {
            token: Token::fresh(),
            expires_at: time::truncate(clock::now() + Duration::hours(RESET_HOURS)),
        }
    }
}

impl Service {
    /// Makes a link for a person of the organization. An earlier one is void from then on.
    ///
    /// # Errors
    /// Only owners make one for an owner, and nobody for themselves or for a person who belongs to another organization
    /// too.
    pub async fn make_reset_link(&self, caller: &Caller, user: &UserId) -> Result<ResetLink, Error> {
        let store = self.administered(caller)?;
        if caller.is(user) {
            return Err(Rule::OwnPassword.into());
        }
        let link = ResetLink::fresh();
        store
            .reset_password_of_member(
                caller.organization,
                user,
                caller.role(),
                &link.token.hash(),
                link.expires_at,
            )
            .await??;
        Ok(link)
    }

    /// Makes a link for whoever signs in with that address, in the operator's name. An earlier one is void from then on.
    ///
    /// # Errors
    /// Nobody does.
    pub async fn make_reset_link_for(&self, email: &str) -> Result<ResetLink, Error> {
        let link = ResetLink::fresh();
        let store = self.store.by(Actor::command_line());
        let known = store
            .reset_password_of(email, &link.token.hash(), link.expires_at)
            .await?;
        known.ok_or(Error::NotFound("person"))?;
        Ok(link)
    }

    /// Has a letter with a link to another password sent to an address, if somebody signs in with it: that is looked for
    /// when the letter is written, so that nothing here tells.
    ///
    /// # Errors
    /// `NoMail`; `Invalid` where it is no address; `TooManyLetters` and `TooMuchWaiting`.
    pub async fn send_password_reset(&self, visitor: &Visitor, email: &str) -> Result<(), Error> {
        if !self.sends_mail() {
            return Err(Error::NoMail);
        }
        let email = parse_email(email)?;
        self.attempts
            .letters
            .admit(&email, visitor.ip_address, Instant::now())
            .map_err(|refused| Error::TooManyLetters(refused.wait))?;
        let taken = self.store.send_password_reset(&email, MOST_WAITING, clock::now());
        if taken.await? {
            Ok(())
        } else {
            Err(Error::TooMuchWaiting)
        }
    }

    /// Gives the person of a link that password, and ends the person's sessions. Without a link that works nothing is
    /// computed.
    ///
    /// # Errors
    /// `LinkEnded` and `PasswordLength`.
    pub async fn reset_password(&self, visitor: &Visitor, link: &str, password: String) -> Result<(), Error> {
        let link = token::hash(link);
        let whose = self.store.open_reset(&link, clock::now()).await?;
        whose.ok_or(Error::LinkEnded)?;
        let hash = password::hash_aside(password).await?;
        let store = self.store.by(visitor.stranger());
        let changed = store.reset_password(&link, &hash, clock::now()).await?;
        changed.map(drop).ok_or(Error::LinkEnded)
    }
}
