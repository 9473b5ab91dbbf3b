//! `POST /auth/leave`: a signed-in person leaves the organization.

use super::{
    caller::signed_in,
    change_password::ACCOUNT,
    forms::{HOME, Refusal, address, see_other},
};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{extract::State, http::request::Parts, response::Response};
use service::Left;

/// Leaves, and leads home in another organization of the person, or else to the sign-in page with `done=left`. The only
/// owner comes back to the page with `error=last-owner`.
pub async fn leave(State(state): State<AppState>, parts: Parts) -> Result<Response, Problem> {
    let caller = signed_in(&parts)?;
    match state.service.leave(&caller).await {
        Ok(Left::GoesOnIn(_)) => Ok(see_other(HOME, None)),
        Ok(Left::SignedOut) => Ok(see_other(
            &address("/sign-in", &[("done", "left")]),
            [cookie::forget()],
        )),
        Err(error) => Refusal::from(error).back(ACCOUNT, &[]),
    }
}
