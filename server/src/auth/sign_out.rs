//! `POST /auth/sign-out`.

use super::{caller, cookie, forms::see_other, token};
use crate::{api::problem::Problem, http::AppState};
use axum::{extract::State, http::request::Parts, response::Response};

/// Ends the session and leads to the sign-in page.
pub async fn sign_out(State(state): State<AppState>, parts: Parts) -> Result<Response, Problem> {
    if let Some(token) = cookie::token(&parts.headers) {
        let store = state.store.by(caller::actor(&parts));
        store.delete_session(&token::hash(token)).await?;
    }
    Ok(see_other("/sign-in", cookie::forget()))
}
