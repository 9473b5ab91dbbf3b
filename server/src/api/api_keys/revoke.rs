//! `DELETE /api/api-keys/{apiKeyId}`.

use crate::{
    api::{
        path,
        problem::Problem,
        responses::{Denied, Missing},
    },
    auth::{Admin, Allowed},
    clock,
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use domain::{ApiKey, ApiKeyId};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// The key of a path.
pub struct KeyId(ApiKeyId);

impl<S: Sync> FromRequestParts<S> for KeyId {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "apiKeyId", "API key").await?))
    }
}

/// A revoked key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevokedApiKey {
    api_key: ApiKey,
}

/// Revokes a key, at once and for good. Revoking it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/api-keys/{apiKeyId}",
    tag = "API keys",
    operation_id = "revokeApiKey",
    params(("apiKeyId" = String, Path, description = "The key's public half")),
    responses((status = 200, description = "The key, revoked", body = RevokedApiKey), Missing, Denied)
)]
pub async fn revoke(
    caller: Allowed<Admin>,
    KeyId(key): KeyId,
    State(store): State<Store>,
) -> Result<Json<RevokedApiKey>, Problem> {
    let api_key = store
        .revoke_api_key(caller.organization(), &key, clock::now())
        .await?;
    Ok(Json(RevokedApiKey { api_key }))
}
