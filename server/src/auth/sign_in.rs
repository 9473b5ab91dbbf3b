//! `POST /auth/sign-in`.

use super::{
    caller,
    forms::{address, local, read, see_other},
    guess::{Guess, guess},
    refusals, session,
    sign_in_page::refused_sign_in,
};
use crate::{
    problem::{Problem, seconds},
    state::AppState,
};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use domain::{OrganizationId, UserId};
use serde::Deserialize;
use std::time::Duration;

/// The form of the sign-in page. `Debug` is not derived: the password stays out of logs.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    next: Option<String>,
}

/// Why nobody is signed in.
enum Refusal {
    /// The address or the password is wrong.
    Credentials,
    /// The password was not looked at, and will not be for so long.
    Throttled(Duration),
}

/// Signs in and leads to `next`; or back to the form with `error=credentials`; or, where too many guesses were wrong or
/// too many are waiting, answers 429 with the form, the e-mail address kept.
pub async fn sign_in(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<SignIn>(request).await?;
    let next = local(form.next.as_deref()).to_owned();
    let email = form.email.trim().to_lowercase();
    match check(&state, &parts, &email, form.password).await? {
        Ok((user, organization)) => {
            let cookies = session::begin(&state, &user, organization, &parts).await?;
            Ok(see_other(&next, cookies))
        }
        Err(Refusal::Credentials) => {
            let back = [("error", "credentials"), ("next", &next)];
            Ok(see_other(&address("/sign-in", &back), None))
        }
        Err(Refusal::Throttled(wait)) => refused_sign_in(&state, parts, &email, &next, seconds(wait)).await,
    }
}

/// Who that is. An unknown address takes as long as a wrong password.
async fn check(
    state: &AppState,
    parts: &Parts,
    email: &str,
    password: String,
) -> Result<Result<(UserId, OrganizationId), Refusal>, Problem> {
    if email.len() > domain::access::MAX_EMAIL || email.contains(char::is_control) {
        return Ok(Err(Refusal::Credentials));
    }
    let credentials = state.store.credentials(email).await?;
    let hash = credentials.as_ref().map(|known| known.password_hash.clone());
    Ok(
        match (guess(state, parts, email, password, hash).await?, credentials) {
            (Guess::Right, Some(known)) => Ok((known.user.id, known.organization)),
            (Guess::Refused(wait), _) => Err(Refusal::Throttled(wait)),
            (_, known) => {
                if let Some(known) = known {
                    refusals::tell_refused(state, known.user, caller::origin(parts));
                }
                Err(Refusal::Credentials)
            }
        },
    )
}
