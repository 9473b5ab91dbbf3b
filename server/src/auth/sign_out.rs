//! `POST /auth/sign-out`.

use super::{caller::visitor, forms::see_other};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{extract::State, http::request::Parts, response::Response};

/// Ends the session and leads to the sign-in page.
pub async fn sign_out(State(state): State<AppState>, parts: Parts) -> Result<Response, Problem> {
    state.service.sign_out(visitor(&parts)).await?;
    Ok(see_other("/sign-in", [cookie::forget()]))
}
