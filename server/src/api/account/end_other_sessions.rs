//! `DELETE /api/account/sessions`.

use crate::{api::responses::Denied, auth::Person, problem::Problem};
use axum::{Json, extract::State};
use serde::Serialize;
use service::Service;
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
    State(service): State<Service>,
) -> Result<Json<EndedSessions>, Problem> {
    let ended = service.end_other_sessions(&person.visitor).await?;
    Ok(Json(EndedSessions { ended }))
}
