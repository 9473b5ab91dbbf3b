//! `POST /auth/password`: a signed-in person changes the password.

use super::{
    caller::{signed_in, visitor},
    forms::{Refusal, address, read, see_other},
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

/// Where its form is.
pub(super) const ACCOUNT: &str = "/settings/account";

/// The form of the page. `Debug` is not derived: passwords stay out of logs.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    current: String,
    new: String,
}

/// Changes the password, ends the person's other sessions and leads back to the page: with `done=password`, or with
/// `error=credentials`, `throttled`, `password` or `busy`.
pub async fn change_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    signed_in(&parts)?;
    let (parts, form) = read::<NewPassword>(Request::from_parts(parts, body)).await?;
    let change = service::NewPassword {
        current: form.current,
        new: form.new,
    };
    match state.service.change_password(visitor(&parts), change).await {
        Ok(()) => Ok(see_other(&address(ACCOUNT, &[("done", "password")]), None)),
        Err(error) => Refusal::from(error).back(ACCOUNT, &[]),
    }
}
