//! `POST /auth/forgot-password`: somebody asks for a link to another password by e-mail.

use super::{
    caller,
    forms::{Refusal, address, read, see_other},
};
use crate::{clock, problem::Problem, state::AppState};
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

/// Answers the same, and as fast, whether anybody has the address or not: that is looked for when the letter is written.
pub async fn forgot_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Forgot>(request).await?;
    match ask(&state, &form.email, caller::peer(&parts)).await {
        Ok(()) => Ok(see_other(&address(PAGE, &[("done", "sent")]), None)),
        Err(refusal) => refusal.back(PAGE, &[]),
    }
}

/// Refuses with `unavailable`, `email`, `throttled` or `busy`.
async fn ask(state: &AppState, email: &str, peer: Option<IpAddr>) -> Result<(), Refusal> {
    if !state.service.sends_mail() {
        return Err(Refusal::Named("unavailable"));
    }
    let email = parse_email(email).map_err(|_| Refusal::Named("email"))?;
    if state.letters.refuses(&email, peer, Instant::now()) {
        return Err(Refusal::Named("throttled"));
    }
    match state.service.send_password_reset(&email, clock::now()).await {
        Err(service::Error::TooMuchWaiting) => Err(Refusal::Named("busy")),
        sent => Ok(sent.map_err(Problem::from)?),
    }
}
