//! What somebody was let in with, for answers that last: whether it still holds can be asked again.

pub mod cookie;

pub use cookie::COOKIE;

use crate::clock;
use axum::http::{HeaderMap, header::AUTHORIZATION};
use domain::{ApiKeyToken, OrganizationId, Scope};
use store::{KeyCheck, Store, StoreError, TokenHash, token};

/// What a request was let in with.
pub struct Credentials(Kind);

enum Kind {
    Key(ApiKeyToken),
    Session(TokenHash),
    Nothing,
}

impl Credentials {
    /// Those of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        Self(match (bearer(headers), cookie::token(headers)) {
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

    /// Whether they allow, right now, what the scope names in that organization.
    pub async fn allow(
        &self,
        store: &Store,
        organization: OrganizationId,
        scope: Scope,
    ) -> Result<bool, StoreError> {
        Ok(match &self.0 {
            Kind::Key(token) => match store.authenticate(token, clock::now()).await? {
                KeyCheck::Valid(owner, key) => owner == organization && key.scopes.allow(scope),
                _ => false,
            },
            Kind::Session(hash) => store
                .session(hash, clock::now())
                .await?
                .is_some_and(|session| session.organization.id == organization && session.role.allows(scope)),
            Kind::Nothing => false,
        })
    }
}

/// The bearer token, well formed or not. Other schemes are not for us: a proxy in front may have its own.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
