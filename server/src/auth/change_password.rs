//! `POST /auth/password`: a signed-in person changes the password.

use super::{
    caller, cookie,
    forms::{address, see_other},
    password::{self, PasswordError},
    token,
};
use crate::{api::problem::Problem, http::AppState};
use axum::{
    Form,
    extract::{FromRequest, Request, State},
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
    let (parts, body) = request.into_parts();
    let session = parts.extensions.get::<Session>().cloned();
    let session = session.ok_or_else(Problem::unauthenticated)?;
    let Form(form) = Form::<Change>::from_request(Request::from_parts(parts.clone(), body), &())
        .await
        .map_err(|rejection| Problem::new(rejection.status(), "invalid_form", rejection.body_text()))?;
    let (name, value) = match change(&state, &parts, &session, form).await? {
        Ok(()) => ("done", "password"),
        Err(error) => ("error", error),
    };
    Ok(see_other(&address(ACCOUNT, &[(name, value)]), None))
}

/// The throttle that guards signing in guards the old password too.
async fn change(
    state: &AppState,
    parts: &Parts,
    session: &Session,
    form: Change,
) -> Result<Result<(), &'static str>, Problem> {
    let (email, peer) = (&session.user.email, caller::peer(parts));
    if state.throttle.refuses(email, peer, Instant::now()) {
        return Ok(Err("throttled"));
    }
    let known = state.store.credentials(email).await?;
    let hash = known.map(|known| known.password_hash);
    if !password::verify_aside(form.current, hash).await {
        return Ok(Err("credentials"));
    }
    state.throttle.forgive(email, peer);
    let hash = match password::hash_aside(form.new).await {
        Ok(hash) => hash,
        Err(PasswordError::Length) => return Ok(Err("password")),
        Err(error @ PasswordError::Failed) => return Err(Problem::internal(error)),
    };
    let keep = token::hash(cookie::token(&parts.headers).unwrap_or_default());
    state
        .store
        .change_password(&session.user.id, &hash, &keep)
        .await?;
    Ok(Ok(()))
}
