//! `/api/account`: the account of the person who asks.

pub(crate) mod change_password;
mod end_other_sessions;
mod end_session;
mod list_sessions;

use crate::state::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about one's own account.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions::list, end_other_sessions::end_others))
        .routes(routes!(end_session::end))
        .routes(routes!(change_password::change))
}
