//! `/api/api-keys`.

mod create;
mod list;
mod revoke;

use crate::http::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about API keys.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(revoke::revoke))
}
