//! `POST /api/api-keys`.

use crate::{
    api::{
        body::{self, Fields},
        problem::Problem,
        responses::{Denied, WrongBody},
    },
    auth::{Admin, Allowed},
    clock,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{ApiKey, Scope, Scopes};
use serde::Serialize;
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

/// A key that is to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body; `parse` reads it")]
pub struct ApiKeyFields {
    /// What people call it: one line of 1 to 100 characters.
    name: String,
    /// What it allows, at least one.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
}

/// A new key with its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    api_key: ApiKey,
    /// The whole key. It is shown here and never again.
    #[schema(example = "al_4fJx0Qm2_c81yVbT6…")]
    key: String,
}

/// Makes a key.
#[utoipa::path(
    post,
    path = "/api/api-keys",
    tag = "API keys",
    operation_id = "createApiKey",
    request_body = ApiKeyFields,
    responses((status = 201, description = "The new key", body = NewApiKey), WrongBody, Denied)
)]
pub async fn create(
    caller: Allowed<Admin>,
    State(store): State<Store>,
    request: Request,
) -> Result<(StatusCode, Json<NewApiKey>), Problem> {
    let (name, scopes) = parse(body::json(request).await?)?;
    let (api_key, token) = store
        .create_api_key(caller.organization(), &name, &scopes, clock::now())
        .await?;
    let key = token.reveal();
    Ok((StatusCode::CREATED, Json(NewApiKey { api_key, key })))
}

fn parse(json: Value) -> Result<(String, Scopes), Problem> {
    let mut fields = Fields::of(json)?;
    let name = fields.name("name");
    let scopes: Option<Vec<Scope>> = fields.required("scopes", "a list out of record, read, execute, admin");
    let scopes = scopes.and_then(|given| fields.checked(Scopes::try_from(given)));
    fields.finish(name.zip(scopes))
}
