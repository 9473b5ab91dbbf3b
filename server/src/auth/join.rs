//! `POST /auth/join`: somebody who was invited joins, by the link's token and a password.

use super::{
    caller,
    forms::{HOME, address, see_other},
    password::{self, PasswordError},
    session, token,
};
use crate::{api::problem::Problem, clock, http::AppState};
use axum::{
    Form,
    extract::{FromRequest, Request, State},
    http::HeaderValue,
    response::Response,
};
use domain::SessionOrigin;
use serde::Deserialize;
use std::{net::IpAddr, time::Instant};
use store::StoreError;

/// The form of the page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
struct Join {
    token: String,
    password: String,
}

/// Why the form comes back; the page says it in words.
enum Refusal {
    /// `link`, `password`, `credentials` or `throttled`.
    Named(&'static str),
    Failed(Problem),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Joins, signs in and leads home, or back to the form with what is wrong.
pub async fn join(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let (peer, origin) = (caller::peer(&parts), caller::origin(&parts));
    let request = Request::from_parts(parts, body);
    let Form(form) = Form::<Join>::from_request(request, &())
        .await
        .map_err(|rejection| Problem::new(rejection.status(), "invalid_form", rejection.body_text()))?;
    let token = form.token.clone();
    match begin(&state, form, peer, &origin).await {
        Ok(cookie) => Ok(see_other(HOME, cookie)),
        Err(Refusal::Named(error)) => Ok(see_other(
            &address("/join", &[("token", &token), ("error", error)]),
            None,
        )),
        Err(Refusal::Failed(problem)) => Err(problem),
    }
}

/// Who has an account already shows it by its password; everybody else chooses one.
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
            if state.throttle.refuses(&invitation.email, peer, Instant::now()) {
                return Err(Refusal::Named("throttled"));
            }
            if !password::verify_aside(form.password, Some(known)).await {
                return Err(Refusal::Named("credentials"));
            }
            state.throttle.forgive(&invitation.email, peer);
            None
        }
        None => match password::hash_aside(form.password).await {
            Ok(hash) => Some(hash),
            Err(PasswordError::Length) => return Err(Refusal::Named("password")),
            Err(error @ PasswordError::Failed) => return Err(Refusal::Failed(Problem::internal(error))),
        },
    };
    let joined = store
        .accept_invitation(&link, hash.as_deref(), clock::now())
        .await?;
    let (user, organization) = joined.ok_or(Refusal::Named("link"))?;
    Ok(session::begin(state, &user.id, organization, origin).await?)
}
