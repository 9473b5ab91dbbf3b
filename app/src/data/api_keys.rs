//! The organization's API keys.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Agent, ApiKey, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Every key of the organization. `Debug` is not derived: a new key stays out of logs.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyList {
    /// Newest first, revoked ones too.
    pub keys: Vec<ApiKey>,
    /// The agents to which a key can be limited, by name.
    pub agents: Vec<Agent>,
    /// The key that was made or rotated just now by a form without WASM, to be shown this once.
    pub created: Option<String>,
    /// The server's time.
    pub now: Timestamp,
}

/// Every key.
#[server(prefix = "/_fn", endpoint = "api-keys", input = PostUrl, output = Answer)]
pub async fn load_api_keys() -> Result<ApiKeyList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    Ok(ApiKeyList {
        keys: viewer.store.api_keys(viewer.organization(), viewer.now).await?,
        agents: viewer.store.agents(viewer.organization()).await?,
        created: crate::server::Flash::KEY.take(),
        now: viewer.now,
    })
}

/// Makes a key and answers it whole: the only time that its secret is seen. `requests_per_minute`, `monthly_budget` and
/// `expires`, a date, may be empty, which means without; no agents means all of them.
#[server(prefix = "/_fn", endpoint = "create-api-key", input = PostUrl, output = Answer)]
pub async fn create_api_key(
    name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] agents: Vec<String>,
    #[server(default)] requests_per_minute: String,
    #[server(default)] monthly_budget: String,
    #[server(default)] expires: String,
) -> Result<String, PageError> {
    use crate::server;

    let viewer = server::viewer()?;
    let new = server::new_api_key(
        name,
        &scopes,
        &agents,
        &requests_per_minute,
        &monthly_budget,
        &expires,
    )
    .map_err(|error| server::invalid(&error))?;
    let (_, token) = viewer.service.create_api_key(&viewer.caller, new).await?;
    let token = token.reveal();
    server::Flash::KEY.put(&token);
    Ok(token)
}

/// Gives a key another secret and answers it whole, this once. The old secret works on for `grace_hours`.
#[server(prefix = "/_fn", endpoint = "rotate-api-key", input = PostUrl, output = Answer)]
pub async fn rotate_api_key(api_key_id: String, grace_hours: u32) -> Result<String, PageError> {
    let viewer = crate::server::viewer()?;
    let api_key_id = api_key_id.parse().map_err(|_| crate::server::not_found())?;
    let (_, token) = viewer
        .service
        .rotate_api_key(&viewer.caller, &api_key_id, grace_hours)
        .await?;
    let token = token.reveal();
    crate::server::Flash::KEY.put(&token);
    Ok(token)
}

/// Changes what bounds a key, from its next request on. An empty limit is none.
#[server(prefix = "/_fn", endpoint = "change-api-key", input = PostUrl, output = Answer)]
pub async fn change_api_key(
    api_key_id: String,
    #[server(default)] requests_per_minute: String,
    #[server(default)] monthly_budget: String,
) -> Result<(), PageError> {
    use crate::server;

    let viewer = server::viewer()?;
    let api_key_id = api_key_id.parse().map_err(|_| server::not_found())?;
    let change =
        server::key_change(&requests_per_minute, &monthly_budget).map_err(|error| server::invalid(&error))?;
    viewer
        .service
        .change_api_key(&viewer.caller, &api_key_id, change)
        .await?;
    Ok(())
}

/// Revokes a key, at once and for good.
#[server(prefix = "/_fn", endpoint = "revoke-api-key", input = PostUrl, output = Answer)]
pub async fn revoke_api_key(api_key_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let api_key_id = api_key_id.parse().map_err(|_| crate::server::not_found())?;
    viewer.service.revoke_api_key(&viewer.caller, &api_key_id).await?;
    Ok(())
}
