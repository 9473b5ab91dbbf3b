//! Sessions of people: how they begin, move and end.

use crate::{Caller, Error, Service, Visitor, clock};
use chrono::Duration;
use domain::{OrganizationId, SessionId, UserId, network::network};
use store::{LinkPurpose, SignInOrigin, StoreError, TokenHash, token, token::Token};

/// How long a session lasts, in days.
pub const SESSION_DAYS: i64 = 30;

/// A session that has begun. `Debug` is not derived: the tokens stay out of logs.
pub struct BegunSession {
    /// The session's token.
    pub token: Token,
    /// A token by which the browser is known again, where it kept none.
    pub browser: Option<Token>,
}

/// Whom the demo's link signs in, as often as it is followed. Its token is in no database.
pub struct DemoSignIn {
    /// Hash of the link's token.
    pub token: TokenHash,
    /// The demo's owner.
    pub user: UserId,
    /// The demo's organization.
    pub organization: OrganizationId,
}

impl Service {
    /// Begins a session of somebody who is known by now, and remembers from where. The browser keeps one: whatever session
    /// it had ends.
    pub(super) async fn begin_session(
        &self,
        visitor: &Visitor,
        user: &UserId,
        organization: OrganizationId,
    ) -> Result<BegunSession, Error> {
        let (token, now) = (Token::fresh(), clock::now());
        let ends_at = now + Duration::days(SESSION_DAYS);
        self.store
            .create_session(&token.hash(), user, organization, &visitor.origin(), now, ends_at)
            .await?;
        let (browser, hash) = match visitor.browser {
            Some(hash) => (None, hash),
            None => {
                let fresh = Token::fresh();
                let hash = fresh.hash();
                (Some(fresh), hash)
            }
        };
        let address = visitor
            .ip_address
            .map(|address| SignInOrigin::Address(network(address)));
        let origins: Vec<_> = address.into_iter().chain([SignInOrigin::Browser(hash)]).collect();
        self.store.remember_sign_in(user, &origins, now).await?;
        self.sign_out(visitor).await?;
        Ok(BegunSession { token, browser })
    }

    /// Signs in by a link's token: the demo's works as long as it runs, every other once.
    ///
    /// # Errors
    /// `LinkEnded`.
    pub async fn sign_in_by_link(
        &self,
        visitor: &Visitor,
        link: &str,
        demo: Option<&DemoSignIn>,
    ) -> Result<BegunSession, Error> {
        let link = token::hash(link);
        if let Some(demo) = demo.filter(|demo| demo.token == link) {
            return self.begin_session(visitor, &demo.user, demo.organization).await;
        }
        let used = self
            .store
            .use_link(&link, LinkPurpose::SignIn, clock::now())
            .await?;
        let (user, organization) = used.and_then(|link| link.user).ok_or(Error::LinkEnded)?;
        self.begin_session(visitor, &user, organization).await
    }

    /// Goes on in another organization of the person. Nothing changes where the person belongs to none of that name.
    ///
    /// # Errors
    /// The store fails.
    pub async fn switch_organization(&self, visitor: &Visitor, name: &str) -> Result<(), Error> {
        let Some(token) = &visitor.token else {
            return Ok(());
        };
        match self.store.organization_named(name).await {
            Ok(organization) => {
                let store = self.store.by(visitor.actor());
                store.switch_session(token, organization.id).await?;
                Ok(())
            }
            // Told like one to which the person does not belong.
            Err(StoreError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the session of whoever asks, if there is one.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<(), Error> {
        if let Some(token) = &visitor.token {
            let store = self.store.by(visitor.actor());
            store.delete_session(token).await?;
        }
        Ok(())
    }

    /// Ends one of the sessions of whoever asks.
    ///
    /// # Errors
    /// There is no such session, or whoever asks is no person.
    pub async fn end_session(&self, caller: &Caller, session: &SessionId) -> Result<(), Error> {
        let own = caller.session().ok_or(Error::NotFound("session"))?;
        let store = self.store.by(caller.actor());
        Ok(store.end_session(&own.user.id, session).await?)
    }

    /// Ends every session of whoever asks but the one that asks; answers how many.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub async fn end_other_sessions(&self, visitor: &Visitor) -> Result<u64, Error> {
        let (Some(session), Some(keep)) = (&visitor.session, &visitor.token) else {
            return Err(Error::NotFound("session"));
        };
        let store = self.store.by(visitor.actor());
        Ok(store.end_other_sessions(&session.user.id, keep).await?)
    }
}
