//! The organization's API keys.

use super::wire::Answer;
use crate::error::PageError;
use domain::{ApiKey, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Every key of the organization.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyList {
    /// Newest first, revoked ones too.
    pub keys: Vec<ApiKey>,
    /// The key that was made just now by a form without WASM, to be shown this once.
    pub created: Option<String>,
    /// The server's time.
    pub now: Timestamp,
}

/// Every key.
#[server(prefix = "/_fn", endpoint = "api-keys", input = PostUrl, output = Answer)]
pub async fn load_api_keys() -> Result<ApiKeyList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Scope::Admin)?;
    Ok(ApiKeyList {
        keys: viewer.store.api_keys(viewer.organization()).await?,
        created: crate::server::take_flash(),
        now: viewer.now,
    })
}

/// Makes a key and answers it whole: the only time that its secret is seen.
#[server(prefix = "/_fn", endpoint = "create-api-key", input = PostUrl, output = Answer)]
pub async fn create_api_key(
    name: String,
    #[server(default)] record: bool,
    #[server(default)] read: bool,
    #[server(default)] execute: bool,
    #[server(default)] admin: bool,
) -> Result<String, PageError> {
    use crate::server;
    use domain::{Scope, Scopes};

    let viewer = server::viewer()?.require(domain::Scope::Admin)?;
    let name = domain::agent::parse_name("name", &name).map_err(|error| server::invalid(&error))?;
    let chosen = [
        (Scope::Record, record),
        (Scope::Read, read),
        (Scope::Execute, execute),
        (Scope::Admin, admin),
    ];
    let chosen: Vec<_> = chosen
        .into_iter()
        .filter_map(|(scope, chosen)| chosen.then_some(scope))
        .collect();
    let scopes = Scopes::try_from(chosen).map_err(|error| server::invalid(&error))?;
    let (_, token) = viewer
        .store
        .create_api_key(viewer.organization(), &name, &scopes, viewer.now)
        .await?;
    let token = token.reveal();
    server::put_flash(&token);
    Ok(token)
}

/// Revokes a key, at once and for good.
#[server(prefix = "/_fn", endpoint = "revoke-api-key", input = PostUrl, output = Answer)]
pub async fn revoke_api_key(api_key_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?.require(domain::Scope::Admin)?;
    let api_key_id = api_key_id.parse().map_err(|_| crate::server::not_found())?;
    viewer
        .store
        .revoke_api_key(viewer.organization(), &api_key_id, viewer.now)
        .await?;
    Ok(())
}
