//! `POST /auth/forgot-password`: somebody asks for a link to another password by e-mail.

use super::{
    caller,
    forms::{Refusal, address, read, see_other},
};
use crate::{mail::Letter, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::access::parse_email;
use serde::Deserialize;
use std::{net::IpAddr, time::Instant};

const PAGE: &str = "/forgot-password";

/// The form of the page.
#[derive(Deserialize)]
pub(crate) struct Forgot {
    email: String,
}

/// Answers the same, and as fast, whether anybody has the address or not: that is looked for aside.
pub async fn forgot_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Forgot>(request).await?;
    match ask(&state, &form.email, caller::peer(&parts)) {
        Ok(()) => Ok(see_other(&address(PAGE, &[("done", "sent")]), None)),
        Err(refusal) => refusal.back(PAGE, &[]),
    }
}

/// Refuses with `unavailable`, `email`, `throttled` or `busy`.
fn ask(state: &AppState, email: &str, peer: Option<IpAddr>) -> Result<(), Refusal> {
    let mailer = state.mailer.as_ref().ok_or(Refusal::Named("unavailable"))?;
    let email = parse_email(email).map_err(|_| Refusal::Named("email"))?;
    if state.letters.refuses(&email, peer, Instant::now()) {
        return Err(Refusal::Named("throttled"));
    }
    if mailer.post(Letter::PasswordReset { email }) {
        Ok(())
    } else {
        Err(Refusal::Named("busy"))
    }
}
