//! `DELETE /api/organization`.

use crate::{
    api::responses::{Denied, WrongBody},
    body::{Fields, JsonBody},
    problem::{Problem, of_password},
    state::AppState,
};
use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{Permission, fields::check_text};
use service::{Caller, Visitor};
use utoipa::ToSchema;

/// What confirms that the organization is to be deleted.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct Deletion {
    /// What the organization is called.
    #[schema(example = "Acme")]
    name: String,
    /// The password of the owner who asks. Somebody who signs in by single sign-on leaves it out within five minutes of
    /// signing in.
    password: Option<String>,
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
    let (name, password) = parse(json)?;
    let deleted = state
        .service
        .delete_own_organization(&visitor, &name, password)
        .await;
    deleted.map_err(|error| of_password(error, "password"))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The name and the password that are given.
pub(crate) fn parse(json: JsonBody) -> Result<(String, Option<String>), Problem> {
    let mut fields = Fields::of(json)?;
    let name: Option<String> = fields.required("name", "the name of the organization that is to be deleted");
    let name = name.and_then(|name| fields.checked(check_text("name", &name).map(|()| name)));
    let password = fields.optional("password", "a string");
    fields.finish(name.map(|name| (name, password)))
}
