//! `GET /api/account/sessions`.

use crate::{api::responses::Denied, auth::Person, clock, problem::Problem};
use axum::{Json, extract::State};
use domain::{OpenSession, Timestamp};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    sessions: Vec<SessionBody>,
}

/// A session that has not ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionBody {
    /// Which; says nothing of its token.
    session_id: String,
    /// Whether it is the one that asks.
    is_current: bool,
    /// When the person signed in.
    #[schema(value_type = String, format = DateTime)]
    began_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Address from which the person signed in.
    ip_address: Option<String>,
    /// What the browser called itself.
    user_agent: Option<String>,
}

/// Every session of the person who asks that has not ended, in whatever organization, newest first.
///
/// For a person who is signed in: an API key has no account.
#[utoipa::path(
    get,
    path = "/api/account/sessions",
    tag = "Account",
    operation_id = "listSessions",
    security(("session" = [])),
    responses((status = 200, description = "The sessions", body = SessionList), Denied)
)]
pub async fn list(person: Person, State(store): State<Store>) -> Result<Json<SessionList>, Problem> {
    let open = store.sessions_of(&person.session.user.id, clock::now()).await?;
    let sessions = open.into_iter().map(|session| body(session, &person)).collect();
    Ok(Json(SessionList { sessions }))
}

fn body(session: OpenSession, person: &Person) -> SessionBody {
    SessionBody {
        is_current: session.session_id == person.session.id,
        session_id: session.session_id.to_string(),
        began_at: session.began_at,
        expires_at: session.expires_at,
        ip_address: session.origin.ip_address,
        user_agent: session.origin.user_agent,
    }
}
