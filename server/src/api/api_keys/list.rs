//! `GET /api/api-keys`.

use crate::{
    api::responses::Denied,
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::ApiKey;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Every key of the organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyList {
    api_keys: Vec<ApiKey>,
}

/// Every key of the organization, newest first, revoked ones too. Secrets are not kept and not shown.
#[utoipa::path(
    get,
    path = "/api/api-keys",
    tag = "API keys",
    operation_id = "listApiKeys",
    responses((status = 200, description = "The keys", body = ApiKeyList), Denied)
)]
pub async fn list(caller: Allowed<Admin>, State(store): State<Store>) -> Result<Json<ApiKeyList>, Problem> {
    let api_keys = store.api_keys(caller.organization(), clock::now()).await?;
    Ok(Json(ApiKeyList { api_keys }))
}
