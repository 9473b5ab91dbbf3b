//! `POST /auth/reset-password`: somebody who forgot the password chooses another one, by a link's token.

use super::{
    caller::visitor,
    forms::{Refusal, address, read, see_other},
};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

/// The form of the page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
pub(crate) struct Reset {
    token: String,
    password: String,
}

/// Sets the password, ends the person's sessions and leads to the sign-in page, or back to the form with `error=link`,
/// `password` or `busy`.
pub async fn reset_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Reset>(request).await?;
    let reset = state
        .service
        .reset_password(visitor(&parts), &form.token, form.password)
        .await;
    match reset {
        Ok(()) => Ok(see_other(
            &address("/sign-in", &[("done", "password")]),
            [cookie::forget()],
        )),
        Err(error) => Refusal::from(error).back("/reset-password", &[("token", &form.token)]),
    }
}
