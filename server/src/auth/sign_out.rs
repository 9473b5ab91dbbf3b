//! `POST /auth/sign-out`.

use super::{cookie, forms::see_other, token};
use crate::{api::problem::Problem, http::AppState};
use axum::{extract::State, http::HeaderMap, response::Response};

/// Ends the session and leads to the sign-in page.
pub async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = cookie::token(&headers) {
        state.store.delete_session(&token::hash(token)).await?;
    }
    Ok(see_other("/sign-in", cookie::forget(state.secure_cookies)))
}
