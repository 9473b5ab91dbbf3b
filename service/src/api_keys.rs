//! API keys.

use crate::{Caller, Error, Service, clock};
use domain::{
    AgentId, ApiKey, ApiKeyId, ApiKeyToken, KeyChange, KeyExpiry, KeyLimits, NanoDollars, Scopes,
    api_key::check_grace,
};

/// A key that is to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What people call it: one line of 1 to 100 characters.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// The only agents that it may touch, 100 at most; every one where none is named.
    pub agent_ids: Vec<AgentId>,
    /// Requests that it may make within any 60 seconds.
    pub requests_per_minute: Option<u32>,
    /// What its executions of a calendar month of UTC may cost before it begins no more.
    pub monthly_budget: Option<NanoDollars>,
    /// When it ends by itself. Days are those of the organization.
    pub expiry: Option<KeyExpiry>,
}

impl Service {
    /// Makes a key. The token is the only copy of its secret.
    ///
    /// # Errors
    /// A value is out of its bounds, or an agent is not the organization's.
    pub async fn create_api_key(
        &self,
        caller: &Caller,
        new: NewApiKey,
    ) -> Result<(ApiKey, ApiKeyToken), Error> {
        let store = self.administered(caller)?;
        let (organization, now) = (caller.organization, clock::now());
        let expires_at = match new.expiry {
            Some(expiry) => Some(expiry.instant(now, store.organization(organization).await?.zone())),
            None => None,
        };
        let limits = KeyLimits {
            agent_ids: new.agent_ids,
            requests_per_minute: new.requests_per_minute,
            monthly_budget: new.monthly_budget,
            expires_at,
        };
        Ok(store
            .create_limited_api_key(organization, &new.name, &new.scopes, limits, now)
            .await?)
    }

    /// Changes what bounds a key, on every server from its next request on.
    ///
    /// # Errors
    /// A value is out of its bounds, or the key has ended.
    pub async fn change_api_key(
        &self,
        caller: &Caller,
        key: &ApiKeyId,
        change: KeyChange,
    ) -> Result<ApiKey, Error> {
        let store = self.administered(caller)?;
        let changed = store
            .change_api_key(caller.organization, key, change, clock::now())
            .await?;
        Ok(changed?)
    }

    /// Gives a key another secret. The old one works on for so many hours; one from before the last rotation ends at once.
    ///
    /// # Errors
    /// The hours are out of their bounds, or the key has ended.
    pub async fn rotate_api_key(
        &self,
        caller: &Caller,
        key: &ApiKeyId,
        grace_hours: u32,
    ) -> Result<(ApiKey, ApiKeyToken), Error> {
        let store = self.administered(caller)?;
        let grace = check_grace(grace_hours)?;
        let rotated = store
            .rotate_api_key(caller.organization, key, grace, clock::now())
            .await?;
        Ok(rotated?)
    }

    /// Revokes a key, at once and for good. Revoking it again changes nothing.
    ///
    /// # Errors
    /// There is no such key.
    pub async fn revoke_api_key(&self, caller: &Caller, key: &ApiKeyId) -> Result<ApiKey, Error> {
        let store = self.administered(caller)?;
        Ok(store
            .revoke_api_key(caller.organization, key, clock::now())
            .await?)
    }
}
