//! `POST /auth/forgot-password`: somebody asks for a link to another password by e-mail.

use super::{
    caller::visitor,
    forms::{Refusal, address, read, see_other},
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

const PAGE: &str = "/forgot-password";

/// The form of the page.
#[derive(Deserialize)]
pub(crate) struct Forgot {
    email: String,
}

/// Answers the same, and as fast, whether anybody has the address or not: that is looked for when the letter is written.
/// Leads back to the page: with `done=sent`, or with `error=unavailable`, `email`, `throttled` or `busy`.
pub async fn forgot_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Forgot>(request).await?;
    let sent = state
        .service
        .send_password_reset(visitor(&parts), &form.email)
        .await;
    match sent {
        Ok(()) => Ok(see_other(&address(PAGE, &[("done", "sent")]), None)),
        Err(error) => Refusal::from(error).back(PAGE, &[]),
    }
}
