//! `PUT /api/account/password`.

use crate::{
    api::responses::{Denied, WrongBody},
    auth::{
        NewPassword, Person, Unchanged, change_password,
        password::{MAX_LENGTH, MIN_LENGTH, PasswordError},
    },
    body::{Fields, JsonBody},
    problem::Problem,
    state::AppState,
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use domain::FieldError;
use utoipa::ToSchema;

/// What the password becomes.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct PasswordChange {
    /// The one that is to be changed.
    current_password: String,
    /// What it becomes: at least 12 characters, and at most 1,024 bytes.
    new_password: String,
}

/// Changes the password of the person who asks, and ends every other session of theirs.
///
/// For a person who is signed in: an API key has no account. Wrong passwords are counted together with those of signing
/// in; too many are answered 429.
#[utoipa::path(
    put,
    path = "/api/account/password",
    tag = "Account",
    operation_id = "changePassword",
    security(("session" = [])),
    request_body = PasswordChange,
    responses((status = 204, description = "The password is changed"), WrongBody, Denied)
)]
pub async fn change(
    person: Person,
    State(state): State<AppState>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let organization = person.session.organization.id;
    let (json, _turn) = state.bodies.json(request, organization).await?;
    let form = form(json)?;
    match change_password(&state, &parts, &person.session, form).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(unchanged) => Err(problem(unchanged)),
    }
}

pub(crate) fn form(json: JsonBody) -> Result<NewPassword, Problem> {
    let mut fields = Fields::of(json)?;
    let current = fields.required("currentPassword", "the password that is to be changed");
    let new = fields.required("newPassword", "the password that it becomes");
    fields.finish(
        current
            .zip(new)
            .map(|(current, new)| NewPassword { current, new }),
    )
}

fn problem(unchanged: Unchanged) -> Problem {
    match unchanged {
        Unchanged::Unconfirmed(unconfirmed) => unconfirmed.into_problem("currentPassword"),
        Unchanged::New(PasswordError::Length) => {
            let detail = format!("must have at least {MIN_LENGTH} characters and at most {MAX_LENGTH} bytes");
            Problem::invalid_fields(vec![FieldError::new("newPassword", detail)])
        }
        Unchanged::New(error) => error.into_problem(),
        Unchanged::Failed(problem) => problem,
    }
}
