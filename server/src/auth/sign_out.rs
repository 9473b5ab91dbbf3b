//! `POST /auth/sign-out`.

use super::{caller, forms::see_other};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{extract::State, http::request::Parts, response::Response};
use store::token;

/// Ends the session and leads to the sign-in page.
pub async fn sign_out(State(state): State<AppState>, parts: Parts) -> Result<Response, Problem> {
    if let Some(token) = cookie::token(&parts.headers) {
        let store = state.store.by(caller::actor(&parts));
        store.delete_session(&token::hash(token)).await?;
    }
    Ok(see_other("/sign-in", [cookie::forget()]))
}
