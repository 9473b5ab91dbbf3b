//! `/api/api-keys`.

pub(crate) mod change;
pub(crate) mod create;
mod list;
mod revoke;
pub(crate) mod rotate;
mod show;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{ApiKey, ApiKeyId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about API keys.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, revoke::revoke))
        .routes(routes!(rotate::rotate))
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyAnswer {
    api_key: ApiKey,
}

/// The key of a path.
pub(crate) struct KeyId(ApiKeyId);

impl<S: Sync> FromRequestParts<S> for KeyId {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "apiKeyId", "API key").await?))
    }
}
