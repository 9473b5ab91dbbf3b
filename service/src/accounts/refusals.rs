//! Tells the audit log of who was refused: aside, so that an answer takes as long as one about which nothing is told, and
//! so seldom that guessing costs the database nothing.

use crate::{Service, Visitor, clock};
use domain::{Actor, ApiKey, OrganizationId};
use std::time::Instant;
use store::{KeyRefusal, StoreError, User};

impl Service {
    /// Tells the organizations of somebody whose password was not given.
    pub(super) fn tell_refused(&self, user: User, visitor: &Visitor) {
        let store = self.store.by(visitor.stranger());
        aside(async move { store.note_refused_sign_in(&user, clock::now()).await });
    }

    /// Tells the organizations of whoever has that account, if anybody has, that its passwords are guessed at.
    pub(super) fn tell_throttled(&self, email: String, actor: Actor) {
        let store = self.store.by(actor);
        aside(async move {
            match store.credentials(&email).await? {
                Some(known) => store.note_throttled_sign_in(&known.user, clock::now()).await,
                None => Ok(()),
            }
        });
    }

    /// Tells the key's organization. Whoever holds its secret, or held it, is named by the key.
    pub(crate) fn tell_refused_key(
        &self,
        organization: OrganizationId,
        key: Box<ApiKey>,
        refusal: KeyRefusal,
        visitor: &Visitor,
    ) {
        if !self.attempts.told_keys.is_due(&key.api_key_id, Instant::now()) {
            return;
        }
        let actor = match refusal {
            KeyRefusal::WrongSecret => visitor.stranger(),
            _ => Actor::api_key(&key, visitor.origin()),
        };
        let store = self.store.by(actor);
        aside(async move {
            store
                .note_refused_key(organization, &key, refusal, clock::now())
                .await
        });
    }
}

fn aside(told: impl Future<Output = Result<(), StoreError>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = told.await {
            tracing::warn!(%error, "a refusal could not be written into the audit log");
        }
    });
}
