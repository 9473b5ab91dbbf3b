//! What somebody was let in with, for answers that last: whether it still holds can be asked again.

pub mod cookie;

pub use cookie::{COOKIE, SECURE_COOKIE};

use crate::clock;
use axum::http::{Extensions, HeaderMap, header::AUTHORIZATION};
use domain::{AgentId, ApiKeyToken, OrganizationId, Scope};
use service::{Error, Grant};
use std::fmt;
use store::{KeyCheck, Store, StoreError, TokenHash, token};

/// What a request was let in with.
pub struct Credentials(Kind);

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

enum Kind {
    Key(ApiKeyToken),
    Session(TokenHash),
    Nothing,
}

impl Credentials {
    /// Those of a request.
    pub fn of(headers: &HeaderMap, extensions: &Extensions) -> Self {
        Self(match (bearer(headers), cookie::token(headers, extensions)) {
            (Some(token), _) => token.parse().map_or(Kind::Nothing, Kind::Key),
            (None, Some(session)) => Kind::Session(token::hash(session)),
            (None, None) => Kind::Nothing,
        })
    }

    /// Whether they are anybody's, right now.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn hold(&self, store: &Store) -> Result<bool, StoreError> {
        Ok(match &self.0 {
            Kind::Key(token) => matches!(
                store.authenticate(token, clock::now()).await?,
                KeyCheck::Valid(..)
            ),
            Kind::Session(hash) => store.session(hash, clock::now()).await?.is_some(),
            Kind::Nothing => false,
        })
    }
}

/// What somebody may go on with for as long as their credentials let them: reading an agent, or administering an
/// organization.
#[derive(Debug)]
pub struct Permit {
    /// What they were let in with.
    pub credentials: Credentials,
    /// In whose name.
    pub organization: OrganizationId,
    /// What it takes.
    pub scope: Scope,
    /// With this agent; with none, in the whole organization.
    pub agent: Option<AgentId>,
}

impl Permit {
    /// Whether it holds, right now.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn holds(&self, store: &Store) -> Result<bool, StoreError> {
        Ok(match &self.credentials.0 {
            Kind::Key(token) => match store.authenticate(token, clock::now()).await? {
                KeyCheck::Valid(owner, key) => {
                    let reaches = match &self.agent {
                        Some(agent) => key.reaches(agent),
                        None => key.reaches_every_agent(),
                    };
                    owner == self.organization && key.scopes.allow(self.scope) && reaches
                }
                _ => false,
            },
            Kind::Session(hash) => {
                let session = store.session(hash, clock::now()).await?;
                session.is_some_and(|session| {
                    session.organization.id == self.organization && session.role.allows(self.scope)
                })
            }
            Kind::Nothing => false,
        })
    }

    /// # Errors
    /// Unless it holds, right now.
    pub async fn require(&self, store: &Store) -> Result<(), Error> {
        if self.holds(store).await? {
            return Ok(());
        }
        Err(Error::Forbidden {
            permission: self.scope.into(),
            grant: match &self.credentials.0 {
                Kind::Key(_) => Grant::Scopes,
                Kind::Session(_) | Kind::Nothing => Grant::Role,
            },
        })
    }

    /// What tells the credentials from others.
    pub fn token(&self) -> Option<TokenHash> {
        match &self.credentials.0 {
            Kind::Key(token) => Some(token::hash(&token.reveal())),
            Kind::Session(hash) => Some(*hash),
            Kind::Nothing => None,
        }
    }
}

/// The bearer token, well formed or not. Other schemes are not for us: a proxy in front may have its own.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
