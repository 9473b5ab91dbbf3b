//! API keys: stored hashed, shown once. A key is looked up for each request, so what ends it holds at once on every
//! server.

pub(crate) mod activity;
mod change;
mod requests;
mod row;
pub(crate) mod spending;
mod used;
mod uses;
mod window;
mod windows;

pub use window::Quota;

use crate::{Note, Store, StoreError, ids, transaction::transact};
use chrono::TimeDelta;
use domain::{
    AgentId, ApiKey, ApiKeyId, ApiKeyToken, AuditAction, DollarSum, FieldError, KeyLimits, KeyState,
    NanoDollars, OrganizationId, Rule, Scopes, Timestamp, agent::parse_name, time,
};
use row::{KeyRow, Secured, columns, key};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a presented key is worth.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyCheck {
    /// It works, in the name of that organization.
    Valid(OrganizationId, Box<ApiKey>),
    /// It is a key of that organization, and does not work.
    Refused(OrganizationId, Box<ApiKey>, KeyRefusal),
    /// Nobody has such a key.
    Unknown,
}

/// Why a key that is known does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRefusal {
    /// The secret is wrong: whoever presents it learns no more than of a key that nobody has.
    WrongSecret,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// It was replaced by a rotation whose grace period is over.
    Replaced,
}

impl KeyRefusal {
    /// As the audit log tells it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::WrongSecret => "wrong secret",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
        }
    }
}

/// A plain hash suffices: the secret is random, so there is no dictionary to try.
fn hash(token: &ApiKeyToken) -> Vec<u8> {
    Sha256::digest(token.secret.as_bytes()).to_vec()
}

impl Store {
    /// Makes a key that nothing bounds but its scopes. The token is the only copy of its secret.
    pub async fn create_api_key(
        &self,
        organization: OrganizationId,
        name: &str,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<(ApiKey, ApiKeyToken), StoreError> {
        self.create_limited_api_key(organization, name, scopes, KeyLimits::default(), now)
            .await
    }

    /// Makes a key within limits; the agents that they name must be the organization's.
    pub async fn create_limited_api_key(
        &self,
        organization: OrganizationId,
        name: &str,
        scopes: &Scopes,
        limits: KeyLimits,
        now: Timestamp,
    ) -> Result<(ApiKey, ApiKeyToken), StoreError> {
        let token = ids::api_key_token();
        let limits = limits.checked(now)?;
        self.check_key_agents(organization, &limits.agent_ids).await?;
        let key = ApiKey {
            api_key_id: token.public.clone(),
            name: parse_name("name", name)?,
            scopes: scopes.clone(),
            agent_ids: limits.agent_ids,
            requests_per_minute: limits.requests_per_minute,
            monthly_budget: limits.monthly_budget,
            spent_this_month: DollarSum::default(),
            created_at: time::truncate(now),
            expires_at: limits.expires_at.map(time::truncate),
            revoked_at: None,
            old_secret_until: None,
            last_used_at: None,
            last_used_from: None,
        };
        let agents: Vec<_> = key.agent_ids.iter().map(AgentId::as_str).collect();
        let agents = (!agents.is_empty()).then(|| agents.join(","));
        transact!(self.backend, |transaction| {
            transaction
                .execute(
                    "INSERT INTO api_keys (organization_id, api_key_id, name, secret_hash, scopes, agents,
                         requests_per_minute, created_at, expires_at, monthly_budget_nanos)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    (
                        organization.0,
                        key.api_key_id.as_str(),
                        &key.name,
                        hash(&token),
                        key.scopes.to_string(),
                        agents.as_deref(),
                        key.requests_per_minute.map(i64::from),
                        now.timestamp_micros(),
                        key.expires_at.map(|end| end.timestamp_micros()),
                        key.monthly_budget.map(NanoDollars::nanos),
                    ),
                )
                .await?;
            let agents: Vec<_> = key.agent_ids.iter().map(AgentId::as_str).collect();
            let note = Note::new(AuditAction::ApiKeyCreated)
                .about_key(&key)
                .with("scopes", key.scopes.to_string())
                .with("agentIds", (!agents.is_empty()).then_some(agents))
                .with("requestsPerMinute", key.requests_per_minute)
                .with("monthlyBudgetUSD", key.monthly_budget.map(NanoDollars::dollars))
                .with("expiresAt", key.expires_at.map(time::rfc3339));
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(())
        })?;
        Ok((key, token))
    }

    async fn check_key_agents(
        &self,
        organization: OrganizationId,
        agents: &[AgentId],
    ) -> Result<(), StoreError> {
        for agent in agents {
            match self.check_agent(organization, agent).await {
                Err(StoreError::NotFound(_)) => {
                    let detail = format!("names {agent}, which is no agent of this organization");
                    return Err(FieldError::new("agentIds", detail).into());
                }
                checked => checked?,
            }
        }
        Ok(())
    }

    /// Every key of the organization, newest first, revoked ones too, with what each spent in the month of `now`.
    pub async fn api_keys(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let columns = columns(now);
        let sql = format!(
            "SELECT {columns} FROM api_keys WHERE organization_id = $1 ORDER BY created_at DESC, api_key_id"
        );
        let rows: Vec<KeyRow> = self.backend.fetch(sql, (organization.0,)).await?;
        let mut keys = rows.into_iter().map(key).collect::<Result<Vec<_>, _>>()?;
        for key in &mut keys {
            self.key_activity.uses.put_into(organization, key);
        }
        Ok(keys)
    }

    /// A key of the organization, revoked or not, with what it spent in the month of `now`; `NotFound` where there is
    /// none of that identifier.
    pub async fn api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        now: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        let sql = row::one(now);
        let row: Option<KeyRow> = self
            .backend
            .fetch_optional(sql, (organization.0, api_key.as_str()))
            .await?;
        let mut key = key(row.ok_or(StoreError::NotFound("API key"))?)?;
        self.key_activity.uses.put_into(organization, &mut key);
        Ok(key)
    }

    /// What a key of the organization is called, revoked or not; `None` where it has no such key.
    pub async fn api_key_name(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
    ) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = self
            .backend
            .fetch_optional(
                "SELECT name FROM api_keys WHERE organization_id = $1 AND api_key_id = $2",
                (organization.0, api_key.as_str()),
            )
            .await?;
        Ok(found.map(|(name,)| name))
    }

    /// What a presented key is worth at `now`. Secrets are compared in constant time, and only who holds the right one
    /// learns that it was revoked, expired or replaced.
    pub async fn authenticate(&self, token: &ApiKeyToken, now: Timestamp) -> Result<KeyCheck, StoreError> {
        let columns = columns(now);
        let sql = format!(
            "SELECT organization_id, secret_hash, old_secret_hash, {columns} FROM api_keys
             WHERE api_key_id = $1
             AND organization_id IN (SELECT organization_id FROM organizations WHERE deleting_at IS NULL)"
        );
        let found: Option<Secured> = self.backend.fetch_optional(sql, (token.public.as_str(),)).await?;
        let Some(found) = found else {
            return Ok(KeyCheck::Unknown);
        };
        let given = hash(token);
        let is = |stored: &[u8]| bool::from(stored.ct_eq(&given));
        let is_current = is(&found.secret_hash);
        let is_old = found.old_secret_hash.as_deref().is_some_and(is);
        let (organization, key) = (OrganizationId(found.organization_id), Box::new(key(found.key)?));
        let refusal = match key.state(now) {
            _ if !is_current && !is_old => KeyRefusal::WrongSecret,
            KeyState::Revoked => KeyRefusal::Revoked,
            KeyState::Expired => KeyRefusal::Expired,
            KeyState::Active if !is_current && key.old_secret_until.is_none_or(|end| end <= now) => {
                KeyRefusal::Replaced
            }
            KeyState::Active => return Ok(KeyCheck::Valid(organization, key)),
        };
        Ok(KeyCheck::Refused(organization, key, refusal))
    }

    /// Gives a key another secret. The one before works on for `grace`; one before that ends at once. `NotFound` where
    /// there is no such key.
    pub async fn rotate_api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        grace: TimeDelta,
        now: Timestamp,
    ) -> Result<Result<(ApiKey, ApiKeyToken), Rule>, StoreError> {
        let token = ApiKeyToken {
            public: api_key.clone(),
            ..ids::api_key_token()
        };
        let rotated = transact!(self.backend, |transaction| {
            let sql = format!(
                "UPDATE api_keys SET old_secret_hash = secret_hash, old_secret_until = $4, secret_hash = $5
                 WHERE organization_id = $1 AND api_key_id = $2
                     AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
                 RETURNING {}",
                columns(now)
            );
            let row: Option<KeyRow> = transaction
                .fetch_optional(
                    sql,
                    (
                        organization.0,
                        api_key.as_str(),
                        now.timestamp_micros(),
                        (now + grace).timestamp_micros(),
                        hash(&token),
                    ),
                )
                .await?;
            let Some(row) = row else { return Ok(None) };
            let key = key(row)?;
            let note = Note::new(AuditAction::ApiKeyRotated)
                .about_key(&key)
                .with("oldSecretUntil", key.old_secret_until.map(time::rfc3339));
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(Some(key))
        })?;
        match rotated {
            Some(key) => Ok(Ok((key, token))),
            None => match self.api_key_name(organization, api_key).await? {
                Some(_) => Ok(Err(Rule::KeyEnded)),
                None => Err(StoreError::NotFound("API key")),
            },
        }
    }

    /// Revokes a key, at once and for good; revoking twice changes nothing. `NotFound` where there is no such key.
    pub async fn revoke_api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        now: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        transact!(self.backend, |transaction| {
            let revoke = format!(
                "UPDATE api_keys SET revoked_at = $3
                 WHERE organization_id = $1 AND api_key_id = $2 AND revoked_at IS NULL RETURNING {}",
                columns(now)
            );
            let read = row::one(now);
            let row: Option<KeyRow> = transaction
                .fetch_optional(revoke, (organization.0, api_key.as_str(), now.timestamp_micros()))
                .await?;
            let revoked = match row {
                Some(row) => {
                    let revoked = key(row)?;
                    let note = Note::new(AuditAction::ApiKeyRevoked).about_key(&revoked);
                    transaction.audit(organization, &self.actor, note, now).await?;
                    revoked
                }
                None => {
                    let row: Option<KeyRow> = transaction
                        .fetch_optional(read, (organization.0, api_key.as_str()))
                        .await?;
                    key(row.ok_or(StoreError::NotFound("API key"))?)?
                }
            };
            Ok(revoked)
        })
    }
}
