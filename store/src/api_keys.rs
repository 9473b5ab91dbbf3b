//! API keys: stored hashed, shown once.

use crate::{Store, StoreError, backend::on_pool, ids, row::decode_error};
use domain::{ApiKey, ApiKeyId, ApiKeyToken, OrganizationId, Scopes, Timestamp, agent::parse_name, time};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

type KeyRow = (String, String, String, i64, Option<i64>);

fn key((api_key_id, name, scopes, created_at, revoked_at): KeyRow) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        api_key_id: api_key_id.try_into().map_err(decode_error)?,
        name,
        scopes: scopes.parse().map_err(decode_error)?,
        created_at: time::from_micros(created_at),
        revoked_at: revoked_at.map(time::from_micros),
    })
}

/// A plain hash suffices: the secret is random, so there is no dictionary to try.
fn hash(token: &ApiKeyToken) -> Vec<u8> {
    Sha256::digest(token.secret.as_bytes()).to_vec()
}

impl Store {
    /// Makes a key. The token is the only copy of its secret.
    pub async fn create_api_key(
        &self,
        organization: OrganizationId,
        name: &str,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<(ApiKey, ApiKeyToken), StoreError> {
        let token = ids::api_key_token();
        let key = ApiKey {
            api_key_id: token.public.clone(),
            name: parse_name("name", name)?,
            scopes: scopes.clone(),
            created_at: time::truncate(now),
            revoked_at: None,
        };
        on_pool!(self.backend, |pool| sqlx::query(
            "INSERT INTO api_keys (organization_id, api_key_id, name, secret_hash, scopes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(organization.0)
        .bind(key.api_key_id.as_str())
        .bind(&key.name)
        .bind(hash(&token))
        .bind(key.scopes.to_string())
        .bind(now.timestamp_micros())
        .execute(pool)
        .await
        .map(|_| ()))?;
        Ok((key, token))
    }

    /// Every key of the organization, newest first, revoked ones too.
    pub async fn api_keys(&self, organization: OrganizationId) -> Result<Vec<ApiKey>, StoreError> {
        let rows: Vec<KeyRow> = on_pool!(self.backend, |pool| sqlx::query_as(
            "SELECT api_key_id, name, scopes, created_at, revoked_at FROM api_keys
             WHERE organization_id = $1 ORDER BY created_at DESC, api_key_id"
        )
        .bind(organization.0)
        .fetch_all(pool)
        .await?);
        rows.into_iter().map(key).collect()
    }

    /// What a key of the organization is called, revoked or not; `None` where it has no such key.
    pub async fn api_key_name(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
    ) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = on_pool!(self.backend, |pool| sqlx::query_as(
            "SELECT name FROM api_keys WHERE organization_id = $1 AND api_key_id = $2"
        )
        .bind(organization.0)
        .bind(api_key.as_str())
        .fetch_optional(pool)
        .await?);
        Ok(found.map(|(name,)| name))
    }

    /// Whose key this is: `None` where it is unknown, wrong or revoked. The secret is compared in constant time.
    pub async fn authenticate(
        &self,
        token: &ApiKeyToken,
    ) -> Result<Option<(OrganizationId, ApiKey)>, StoreError> {
        type Found = (i64, Vec<u8>, String, String, String, i64, Option<i64>);
        let found: Option<Found> = on_pool!(self.backend, |pool| {
            sqlx::query_as(
            "SELECT organization_id, secret_hash, api_key_id, name, scopes, created_at, revoked_at FROM api_keys
             WHERE api_key_id = $1 AND revoked_at IS NULL"
        )
        .bind(token.public.as_str())
        .fetch_optional(pool)
        .await?
        });
        let Some((organization, secret_hash, id, name, scopes, created_at, revoked_at)) = found else {
            return Ok(None);
        };
        if !bool::from(secret_hash.ct_eq(&hash(token))) {
            return Ok(None);
        }
        Ok(Some((
            OrganizationId(organization),
            key((id, name, scopes, created_at, revoked_at))?,
        )))
    }

    /// Revokes a key, at once and for good; revoking twice changes nothing. `NotFound` where there is no such key.
    pub async fn revoke_api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        now: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        let row: Option<KeyRow> = on_pool!(self.backend, |pool| {
            sqlx::query_as(
            "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE organization_id = $1 AND api_key_id = $2
             RETURNING api_key_id, name, scopes, created_at, revoked_at"
        )
        .bind(organization.0)
        .bind(api_key.as_str())
        .bind(now.timestamp_micros())
        .fetch_optional(pool)
        .await?
        });
        key(row.ok_or(StoreError::NotFound("API key"))?)
    }
}
