//! `POST /auth/reset-password`: somebody who forgot the password chooses another one, by a link's token.

use super::{
    caller,
    forms::{Refusal, address, read, see_other},
    password,
};
use crate::{clock, credentials::cookie, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use domain::Actor;
use serde::Deserialize;
use store::token;

/// The form of the page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
pub(crate) struct Reset {
    token: String,
    password: String,
}

/// Sets the password, ends the person's sessions and leads to the sign-in page, or back to the form with what is wrong.
pub async fn reset_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Reset>(request).await?;
    let token = form.token.clone();
    match set(&state, &parts, form).await {
        Ok(()) => Ok(see_other(
            &address("/sign-in", &[("done", "password")]),
            [cookie::forget()],
        )),
        Err(refusal) => refusal.back("/reset-password", &[("token", &token)]),
    }
}

/// Refuses with `link` or `password`. Without a link that works nothing is computed.
async fn set(state: &AppState, parts: &Parts, form: Reset) -> Result<(), Refusal> {
    let (store, link) = (&state.store, token::hash(&form.token));
    if store.open_reset(&link, clock::now()).await?.is_none() {
        return Err(Refusal::Named("link"));
    }
    let hash = password::hash_aside(form.password).await?;
    let changed = store
        .by(Actor::unknown(caller::origin(parts)))
        .reset_password(&link, &hash, clock::now())
        .await?;
    changed.map(|_| ()).ok_or(Refusal::Named("link"))
}
