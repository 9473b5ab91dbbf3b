//! `PUT /api/account/password`.

use crate::{
    api::responses::{Denied, WrongBody},
    auth::Person,
    body::{self, body},
    problem::{Problem, of_password, password_bounds},
    state::AppState,
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use domain::FieldError;
use service::{Error, NewPassword};

body! {
    /// What the password becomes.
    pub struct PasswordChange {
        /// The one that is to be changed.
        current: String = "currentPassword",
        /// What it becomes: at least 12 characters, and at most 1,024 bytes.
        new: String = "newPassword",
    }
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
    let organization = person.session.organization.id;
    let (json, _turn) = state.bodies.json(request, organization).await?;
    let PasswordChange { current, new } = body::read(json)?;
    let change = NewPassword { current, new };
    match state.service.change_password(&person.visitor, change).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(Error::PasswordLength) => Err(Problem::invalid_fields(FieldError::new(
            "newPassword",
            password_bounds(),
        ))),
        Err(error) => Err(of_password(error, "currentPassword")),
    }
}
