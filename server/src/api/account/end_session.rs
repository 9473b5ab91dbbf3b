//! `DELETE /api/account/sessions/{sessionId}`.

use crate::{
    api::responses::{Denied, Missing},
    auth::Person,
    path,
    problem::Problem,
};
use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
};
use domain::SessionId;
use service::Service;

/// The session of a path.
pub struct PathSession(SessionId);

impl<S: Sync> FromRequestParts<S> for PathSession {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "sessionId", "session").await?))
    }
}

/// Ends a session of the person who asks, at once; the one that asks is ended as well as any other.
///
/// For a person who is signed in: an API key has no account.
#[utoipa::path(
    delete,
    path = "/api/account/sessions/{sessionId}",
    tag = "Account",
    operation_id = "endSession",
    security(("session" = [])),
    params(("sessionId" = String, Path, description = "Id of the session")),
    responses((status = 204, description = "The session has ended"), Missing, Denied)
)]
pub async fn end(
    person: Person,
    PathSession(session): PathSession,
    State(service): State<Service>,
) -> Result<StatusCode, Problem> {
    service.end_session(&person.caller, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}
