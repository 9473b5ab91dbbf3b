//! `POST /auth/join`: somebody who was invited joins, by the link's token and a password.

use super::{
    caller,
    forms::{HOME, Refusal, read, see_other},
    guess::{Guess, guess},
    password, refusals, session,
};
use crate::{clock, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use cookie::Cookie;
use domain::Actor;
use serde::Deserialize;
use store::token;

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
    match begin(&state, form, &parts).await {
        Ok(cookies) => Ok(see_other(HOME, cookies)),
        Err(refusal) => refusal.back("/join", &[("token", &token)]),
    }
}

/// Who has an account already shows it by its password; everybody else chooses one. Refuses with `link`, `password`,
/// `credentials` or `throttled`.
async fn begin(state: &AppState, form: Join, parts: &Parts) -> Result<Vec<Cookie<'static>>, Refusal> {
    let (store, link) = (&state.store, token::hash(&form.token));
    let invitation = store
        .open_invitation(&link, clock::now())
        .await?
        .ok_or(Refusal::Named("link"))?;
    let hash = match invitation.password_hash {
        Some(known) => match guess(state, parts, &invitation.email, form.password, Some(known)).await? {
            Guess::Right => None,
            Guess::Wrong => {
                if let Some(known) = store.credentials(&invitation.email).await? {
                    refusals::tell_refused(state, known.user, caller::origin(parts));
                }
                return Err(Refusal::Named("credentials"));
            }
            Guess::Refused(_) => return Err(Refusal::Named("throttled")),
        },
        None => Some(password::hash_aside(form.password).await?),
    };
    let joined = store
        .by(Actor::unknown(caller::origin(parts)))
        .accept_invitation(&link, hash.as_deref(), clock::now())
        .await?;
    let (user, organization) = joined.ok_or(Refusal::Named("link"))?;
    Ok(session::begin(state, &user.id, organization, parts).await?)
}
