//! `POST /auth/leave`: a signed-in person leaves the organization.

use super::{
    caller,
    change_password::ACCOUNT,
    forms::{HOME, Refusal, address, see_other},
};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{extract::State, http::request::Parts, response::Response};
use store::{Session, StoreError};

/// Leaves, and leads home in another organization of the person, or else to the sign-in page with `done=left`. The only
/// owner comes back to the page with `error=last-owner`.
pub async fn leave(State(state): State<AppState>, parts: Parts) -> Result<Response, Problem> {
    let session = parts.extensions.get::<Session>();
    let session = session.ok_or_else(Problem::unauthenticated)?;
    let store = state.store.by(caller::actor(&parts));
    match store.leave(session.organization.id, &session.user.id).await {
        Ok(Some(_)) => Ok(see_other(HOME, None)),
        Ok(None) => Ok(see_other(
            &address("/sign-in", &[("done", "left")]),
            [cookie::forget()],
        )),
        Err(StoreError::LastOwner) => Refusal::Named("last-owner").back(ACCOUNT, &[]),
        Err(error) => Err(error.into()),
    }
}
