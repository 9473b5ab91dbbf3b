//! `/api/api-keys`.

mod create;
mod list;
mod revoke;
mod rotate;

use super::{path, problem::Problem};
use crate::http::AppState;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::ApiKeyId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about API keys.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(revoke::revoke))
        .routes(routes!(rotate::rotate))
}

/// The key of a path.
struct KeyId(ApiKeyId);

impl<S: Sync> FromRequestParts<S> for KeyId {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "apiKeyId", "API key").await?))
    }
}
