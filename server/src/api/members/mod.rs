//! `/api/members`: the people of the organization.

pub(crate) mod change;
mod list;
mod remove;
mod reset_password;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::UserId;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about people.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(change::change, remove::remove))
        .routes(routes!(reset_password::reset_password))
}

/// The person of a path.
pub struct MemberId(UserId);

impl<S: Sync> FromRequestParts<S> for MemberId {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "userId", "member").await?))
    }
}
