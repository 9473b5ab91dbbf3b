//! What somebody was let in with, for answers that last: whether it still holds can be asked again.

use super::{caller::bearer, cookie, token};
use crate::clock;
use axum::http::HeaderMap;
use domain::{ApiKeyToken, OrganizationId, Scope};
use store::{KeyCheck, Store, StoreError, TokenHash};

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
