//! `DELETE /api/account/sessions`.

use crate::{
    api::responses::Denied,
    auth::{Person, session_token},
    problem::Problem,
};
use axum::{Json, extract::State, http::HeaderMap};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// What was ended.
#[derive(Serialize, ToSchema)]
pub struct EndedSessions {
    /// How many sessions have ended.
    ended: u64,
}

/// Ends every session of the person who asks but the one that asks.
///
/// For a person who is signed in: an API key has no account.
#[utoipa::path(
    delete,
    path = "/api/account/sessions",
    tag = "Account",
    operation_id = "endOtherSessions",
    security(("session" = [])),
    responses((status = 200, description = "The other sessions have ended", body = EndedSessions), Denied)
)]
pub async fn end_others(
    person: Person,
    headers: HeaderMap,
    State(store): State<Store>,
) -> Result<Json<EndedSessions>, Problem> {
    let store = store.by(person.actor);
    let keep = session_token(&headers);
    let ended = store.end_other_sessions(&person.session.user.id, &keep).await?;
    Ok(Json(EndedSessions { ended }))
}
