//! `POST /auth/join`: somebody who was invited joins, by the link's token and a password.

use super::{
    caller::visitor,
    forms::{HOME, Refusal, read, see_other},
    session,
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

/// The form of the page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
pub(crate) struct Join {
    token: String,
    password: String,
}

/// Joins, signs in and leads home, or back to the form with `error=link`, `password`, `credentials`, `throttled` or `busy`.
pub async fn join(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Join>(request).await?;
    let joined = state
        .service
        .join(visitor(&parts), &form.token, form.password)
        .await;
    match joined {
        Ok(session) => Ok(see_other(HOME, session::keep(&session, &parts.headers))),
        Err(error) => Refusal::from(error).back("/join", &[("token", &form.token)]),
    }
}
