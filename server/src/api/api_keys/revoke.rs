//! `DELETE /api/api-keys/{apiKeyId}`.

use super::{ApiKeyAnswer, KeyId};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use service::Service;

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
    State(service): State<Service>,
) -> Result<Json<ApiKeyAnswer>, Problem> {
    let api_key = service.revoke_api_key(&caller.caller, &key).await?;
    Ok(Json(ApiKeyAnswer { api_key }))
}
