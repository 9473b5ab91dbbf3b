//! `DELETE /api/organization`.

use crate::{
    api::responses::{Denied, WrongBody},
    auth::{Caller, Identity, confirm_person},
    body::{Fields, JsonBody},
    clock,
    problem::Problem,
    state::AppState,
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use domain::{FieldError, Permission};
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
    State(state): State<AppState>,
    request: Request,
) -> Result<StatusCode, Problem> {
    caller.require(Permission::Own)?;
    let Identity::Person(session) = &caller.identity else {
        return Err(Problem::unauthenticated());
    };
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let (json, _turn) = state.bodies.json(request, caller.organization).await?;
    let password = parse(json, &session.organization.name)?;
    confirm_person(&state, &parts, session, password)
        .await
        .map_err(|unconfirmed| unconfirmed.into_problem("password"))?;
    let store = state.store.by(caller.actor());
    store
        .delete_organization(caller.organization, clock::now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, where the name is right.
pub(crate) fn parse(json: JsonBody, expected: &str) -> Result<Option<String>, Problem> {
    let mut fields = Fields::of(json)?;
    let name: Option<String> = fields.required("name", "the name of the organization that is to be deleted");
    let named = name.map(|name| name.trim() == expected);
    if named == Some(false) {
        let detail = format!("must be {expected:?}, the name of the organization that is to be deleted");
        fields.wrong(FieldError::new("name", detail));
    }
    let password = fields.optional("password", "a string");
    fields.finish((named == Some(true)).then_some(password))
}
