//! `POST /auth/sign-in`.

use super::{
    caller::visitor,
    forms::{address, local, read, see_other},
    session,
    sign_in_page::refused_sign_in,
};
use crate::{
    problem::{Problem, seconds},
    state::AppState,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use service::Error;

/// The form of the sign-in page. `Debug` is not derived: the password stays out of logs.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    next: Option<String>,
}

/// Signs in and leads to `next`; or back to the form with `error=credentials`; or, where too many guesses were wrong or
/// too many are waiting, answers 429 with the form, the e-mail address kept.
pub async fn sign_in(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<SignIn>(request).await?;
    let next = local(form.next.as_deref()).to_owned();
    let email = form.email.trim().to_lowercase();
    let signed_in = state
        .service
        .sign_in(visitor(&parts), &email, form.password)
        .await;
    match signed_in {
        Ok(session) => Ok(see_other(&next, session::keep(&session, &parts.headers))),
        Err(Error::WrongPassword) => {
            let back = [("error", "credentials"), ("next", &next)];
            Ok(see_other(&address("/sign-in", &back), None))
        }
        Err(Error::Throttled(wait)) => refused_sign_in(&state, parts, &email, &next, seconds(wait)).await,
        Err(error) => Err(error.into()),
    }
}
