//! `POST /auth/password`: a signed-in person changes the password.

use super::{
    caller, cookie,
    forms::{Refusal, address, read, see_other},
    password, token,
};
use crate::{api::problem::Problem, http::AppState};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use serde::Deserialize;
use std::time::Instant;
use store::Session;

const ACCOUNT: &str = "/settings/account";

/// The form of the page. `Debug` is not derived: passwords stay out of logs.
#[derive(Deserialize)]
struct Change {
    current: String,
    new: String,
}

/// Changes the password, ends the person's other sessions and leads back to the page: with `done=password`, or with
/// `error=credentials`, `error=throttled` or `error=password`.
pub async fn change_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let session = request.extensions().get::<Session>().cloned();
    let session = session.ok_or_else(Problem::unauthenticated)?;
    let (parts, form) = read::<Change>(request).await?;
    match change(&state, &parts, &session, form).await {
        Ok(()) => Ok(see_other(&address(ACCOUNT, &[("done", "password")]), None)),
        Err(refusal) => refusal.back(ACCOUNT, &[]),
    }
}

/// The throttle that guards signing in guards the old password too.
async fn change(state: &AppState, parts: &Parts, session: &Session, form: Change) -> Result<(), Refusal> {
    let (email, peer) = (&session.user.email, caller::peer(parts));
    if state.throttle.refuses(email, peer, Instant::now()) {
        return Err(Refusal::Named("throttled"));
    }
    let known = state.store.credentials(email).await?;
    let hash = known.map(|known| known.password_hash);
    if !password::verify_aside(form.current, hash).await {
        return Err(Refusal::Named("credentials"));
    }
    state.throttle.forgive(email, peer);
    let hash = password::hash_aside(form.new).await?;
    let keep = token::hash(cookie::token(&parts.headers).unwrap_or_default());
    state
        .store
        .by(caller::actor(parts))
        .change_password(&session.user.id, &hash, &keep)
        .await?;
    Ok(())
}
