//! `DELETE /api/organization`.

use crate::{
    api::responses::{Denied, WrongBody},
    body::{self, body, values::Text},
    problem::{Problem, of_password},
    state::AppState,
};
use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
};
use domain::Permission;
use service::{Caller, Visitor};

body! {
    /// What confirms that the organization is to be deleted.
    pub struct Deletion {
        /// What the organization is called.
        name: Text = "name",
        /// The password of the owner who asks. Somebody who signs in by single sign-on leaves it out within five minutes of
        /// signing in.
        password: Option<String> = "password",
    }
}

/// Deletes the organization of the owner who asks, for good and with everything that is its own.
///
/// When this is answered its encryption keys are destroyed, its sessions and API keys have ended, and people who belong to
/// no other organization are gone with it; its rows are removed after that. For a person who is signed in: no API key
/// owns an organization. Wrong passwords are counted together with those of signing in; too many are answered 429.
#[utoipa::path(
    delete,
    path = "/api/organization",
    tag = "Organization",
    operation_id = "deleteOrganization",
    security(("session" = [])),
    request_body = Deletion,
    responses((status = 204, description = "The organization is deleted"), WrongBody, Denied)
)]
pub async fn delete(
    caller: Caller,
    Extension(visitor): Extension<Visitor>,
    State(state): State<AppState>,
    request: Request,
) -> Result<StatusCode, Problem> {
    caller.require(Permission::Own)?;
    // No key owns an organization; the one who asks is the one of the session.
    if caller.session().is_none() {
        return Err(Problem::unauthenticated());
    }
    let (json, _turn) = state.bodies.json(request, caller.organization).await?;
    let Deletion { name, password } = body::read(json)?;
    let deleted = state
        .service
        .delete_own_organization(&visitor, &name.0, password)
        .await;
    deleted.map_err(|error| of_password(error, "password"))?;
    Ok(StatusCode::NO_CONTENT)
}
