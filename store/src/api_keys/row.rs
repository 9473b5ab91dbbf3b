//! A key as it is read from the database.

use crate::{StoreError, row::decode_error};
use domain::{AgentId, ApiKey, DollarSum, NanoDollars, Timestamp, time};

/// What `KeyRow` reads of a row of `api_keys`, with what the key spent in the month of `now`.
pub(super) fn columns(now: Timestamp) -> String {
    let month = time::month(now).start.timestamp();
    format!(
        "api_key_id, name, scopes, agents, requests_per_minute, monthly_budget_nanos,
         (SELECT spent.nanos FROM api_key_spending spent WHERE spent.organization_id = api_keys.organization_id
             AND spent.api_key_id = api_keys.api_key_id AND spent.month = {month}) AS spent_nanos,
         created_at, expires_at, revoked_at, old_secret_until, last_used_at, last_used_from"
    )
}

/// Reads the key `$2` of the organization `$1`.
pub(super) fn one(now: Timestamp) -> String {
    let columns = columns(now);
    format!("SELECT {columns} FROM api_keys WHERE organization_id = $1 AND api_key_id = $2")
}

/// A row without its secrets.
#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    api_key_id: String,
    name: String,
    scopes: String,
    agents: Option<String>,
    requests_per_minute: Option<i64>,
    monthly_budget_nanos: Option<i64>,
    spent_nanos: Option<i64>,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    old_secret_until: Option<i64>,
    last_used_at: Option<i64>,
    last_used_from: Option<String>,
}

/// A key and what is needed to check its secret. `Debug` is not derived: hashes stay out of logs.
#[derive(sqlx::FromRow)]
pub(super) struct Secured {
    pub organization_id: i64,
    pub secret_hash: Vec<u8>,
    pub old_secret_hash: Option<Vec<u8>>,
    #[sqlx(flatten)]
    pub key: KeyRow,
}

/// The key of a row.
pub(super) fn key(row: KeyRow) -> Result<ApiKey, StoreError> {
    let agents = row.agents.iter().flat_map(|agents| agents.split(','));
    let agent_ids: Result<Vec<AgentId>, _> = agents.map(str::parse).collect();
    let limit = row.requests_per_minute.map(u32::try_from).transpose();
    Ok(ApiKey {
        api_key_id: row.api_key_id.try_into().map_err(decode_error)?,
        name: row.name,
        scopes: row.scopes.parse().map_err(decode_error)?,
        agent_ids: agent_ids.map_err(decode_error)?,
        requests_per_minute: limit.map_err(decode_error)?,
        monthly_budget: row.monthly_budget_nanos.and_then(NanoDollars::from_nanos),
        spent_this_month: DollarSum::from_nanos(row.spent_nanos.unwrap_or(0)),
        created_at: time::from_micros(row.created_at),
        expires_at: row.expires_at.map(time::from_micros),
        revoked_at: row.revoked_at.map(time::from_micros),
        old_secret_until: row.old_secret_until.map(time::from_micros),
        last_used_at: row.last_used_at.map(time::from_micros),
        last_used_from: row.last_used_from,
    })
}
