//! `/api/invitations`: links by which people join the organization.

pub(crate) mod create;
mod list;
mod withdraw;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about invitations.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(withdraw::withdraw))
}

/// The invitation of a path.
struct InvitationId(domain::InvitationId);

impl<S: Sync> FromRequestParts<S> for InvitationId {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "invitationId", "invitation").await?))
    }
}
