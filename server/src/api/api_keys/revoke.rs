//! `DELETE /api/api-keys/{apiKeyId}`.

use super::{ApiKeyAnswer, KeyId};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// Revokes a key, at once and for good. Revoking it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/api-keys/{apiKeyId}",
    tag = "API keys",
    operation_id = "revokeApiKey",
    params(("apiKeyId" = String, Path, description = "The key's public half")),
    responses((status = 200, description = "The key, revoked", body = ApiKeyAnswer), Missing, Denied)
)]
pub async fn revoke(
    caller: Allowed<Admin>,
    KeyId(key): KeyId,
    State(store): State<Store>,
) -> Result<Json<ApiKeyAnswer>, Problem> {
    let store = store.by(caller.caller.actor());
    let api_key = store
        .revoke_api_key(caller.organization(), &key, clock::now())
        .await?;
    Ok(Json(ApiKeyAnswer { api_key }))
}
