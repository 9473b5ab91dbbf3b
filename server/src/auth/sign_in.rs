//! `POST /auth/sign-in`.

use super::{
    caller,
    forms::{address, local, read, see_other},
    password, refusals, session,
    throttle::Attempt,
};
use crate::{api::problem::Problem, http::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::{Actor, SessionOrigin};
use serde::Deserialize;
use std::{net::IpAddr, time::Instant};

/// The form of the sign-in page. `Debug` is not derived: the password stays out of logs.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    next: Option<String>,
}

/// Signs in and leads to `next`, or back to the form with `error=credentials` or `error=throttled`.
pub async fn sign_in(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<SignIn>(request).await?;
    let (peer, origin) = (caller::peer(&parts), caller::origin(&parts));
    let next = local(form.next.as_deref()).to_owned();
    Ok(match check(&state, form, peer, &origin).await? {
        Ok((user, organization)) => {
            let cookie = session::begin(&state, &user, organization, &origin).await?;
            see_other(&next, cookie)
        }
        Err(error) => see_other(&address("/sign-in", &[("error", error), ("next", &next)]), None),
    })
}

type Known = (domain::UserId, domain::OrganizationId);

/// Who that is, or the name of what is wrong. The throttle speaks first, and an unknown address takes as long as a wrong
/// password.
async fn check(
    state: &AppState,
    form: SignIn,
    peer: Option<IpAddr>,
    origin: &SessionOrigin,
) -> Result<Result<Known, &'static str>, Problem> {
    let email = form.email.trim().to_lowercase();
    if email.len() > domain::access::MAX_EMAIL || email.contains(char::is_control) {
        return Ok(Err("credentials"));
    }
    match state.throttle.count(&email, peer, Instant::now()) {
        Attempt::Admitted => {}
        attempt => {
            refusals::tell_throttled(state, attempt, email, Actor::unknown(origin.clone()));
            return Ok(Err("throttled"));
        }
    }
    let credentials = state.store.credentials(&email).await?;
    let hash = credentials.as_ref().map(|known| known.password_hash.clone());
    let right = password::verify_aside(form.password, hash).await;
    Ok(match credentials {
        Some(known) if right => {
            state.throttle.forgive(&email, peer);
            Ok((known.user.id, known.organization))
        }
        Some(known) => {
            refusals::tell_refused(state, known.user, origin);
            Err("credentials")
        }
        None => Err("credentials"),
    })
}
