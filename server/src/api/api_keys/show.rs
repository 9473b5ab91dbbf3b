//! `GET /api/api-keys/{apiKeyId}`.

use super::{ApiKeyAnswer, KeyId};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// A key of the organization, revoked or not, with what it spent this month.
#[utoipa::path(
    get,
    path = "/api/api-keys/{apiKeyId}",
    tag = "API keys",
    operation_id = "getApiKey",
    params(("apiKeyId" = String, Path, description = "The key's public half")),
    responses((status = 200, description = "The key", body = ApiKeyAnswer), Missing, Denied)
)]
pub async fn show(
    caller: Allowed<Admin>,
    KeyId(key): KeyId,
    State(store): State<Store>,
) -> Result<Json<ApiKeyAnswer>, Problem> {
    let api_key = store.api_key(caller.organization(), &key, clock::now()).await?;
    Ok(Json(ApiKeyAnswer { api_key }))
}
