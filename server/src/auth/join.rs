//! `POST /auth/join`: somebody who was invited joins, by the link's token and a password.

use super::{
    caller,
    forms::{HOME, Refusal, read, see_other},
    password, refusals, session,
    throttle::Attempt,
    token,
};
use crate::{api::problem::Problem, clock, http::AppState};
use axum::{
    extract::{Request, State},
    http::HeaderValue,
    response::Response,
};
use domain::{Actor, SessionOrigin};
use serde::Deserialize;
use std::{net::IpAddr, time::Instant};

/// The form of the page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
pub(crate) struct Join {
    token: String,
    password: String,
}

/// Joins, signs in and leads home, or back to the form with what is wrong.
pub async fn join(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Join>(request).await?;
    let token = form.token.clone();
    match begin(&state, form, caller::peer(&parts), &caller::origin(&parts)).await {
        Ok(cookie) => Ok(see_other(HOME, cookie)),
        Err(refusal) => refusal.back("/join", &[("token", &token)]),
    }
}

/// Who has an account already shows it by its password; everybody else chooses one. Refuses with `link`, `password`,
/// `credentials` or `throttled`.
async fn begin(
    state: &AppState,
    form: Join,
    peer: Option<IpAddr>,
    origin: &SessionOrigin,
) -> Result<Option<HeaderValue>, Refusal> {
    let (store, link) = (&state.store, token::hash(&form.token));
    let invitation = store
        .open_invitation(&link, clock::now())
        .await?
        .ok_or(Refusal::Named("link"))?;
    let hash = match invitation.password_hash {
        Some(known) => {
            match state.throttle.count(&invitation.email, peer, Instant::now()) {
                Attempt::Admitted => {}
                attempt => {
                    let actor = Actor::unknown(origin.clone());
                    refusals::tell_throttled(state, attempt, invitation.email, actor);
                    return Err(Refusal::Named("throttled"));
                }
            }
            if !password::verify_aside(form.password, Some(known)).await {
                if let Some(known) = store.credentials(&invitation.email).await? {
                    refusals::tell_refused(state, known.user, origin);
                }
                return Err(Refusal::Named("credentials"));
            }
            state.throttle.forgive(&invitation.email, peer);
            None
        }
        None => Some(password::hash_aside(form.password).await?),
    };
    let joined = store
        .by(Actor::unknown(origin.clone()))
        .accept_invitation(&link, hash.as_deref(), clock::now())
        .await?;
    let (user, organization) = joined.ok_or(Refusal::Named("link"))?;
    Ok(session::begin(state, &user.id, organization, origin).await?)
}
