//! `POST /auth/password`: a signed-in person changes the password.

use super::{
    caller,
    confirm::{Unconfirmed, confirm},
    forms::{Refusal, address, read, see_other},
    password::{self, PasswordError},
    session,
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use serde::Deserialize;
use store::Session;

/// Where its form is.
pub(super) const ACCOUNT: &str = "/settings/account";

/// The form of the page. `Debug` is not derived: passwords stay out of logs.
#[derive(Deserialize)]
pub struct NewPassword {
    /// The one that is to be changed.
    pub current: String,
    /// What it becomes.
    pub new: String,
}

/// Why a password stays as it is.
pub enum Unchanged {
    /// The current one was not given.
    Unconfirmed(Unconfirmed),
    /// The new one is none.
    New(PasswordError),
    /// It could not be stored.
    Failed(Problem),
}

impl From<Unchanged> for Refusal {
    fn from(unchanged: Unchanged) -> Self {
        match unchanged {
            Unchanged::Unconfirmed(unconfirmed) => unconfirmed.into(),
            Unchanged::New(error) => error.into(),
            Unchanged::Failed(problem) => Self::Failed(problem),
        }
    }
}

impl From<Unconfirmed> for Refusal {
    fn from(unconfirmed: Unconfirmed) -> Self {
        match unconfirmed {
            Unconfirmed::Throttled(_) => Self::Named("throttled"),
            Unconfirmed::Wrong => Self::Named("credentials"),
            Unconfirmed::Stale => Self::Named("sign-in-again"),
            Unconfirmed::Failed(problem) => Self::Failed(problem),
        }
    }
}

/// Changes the password, ends the person's other sessions and leads back to the page: with `done=password`, or with
/// `error=credentials`, `error=throttled` or `error=password`.
pub async fn change_password(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let session = request.extensions().get::<Session>().cloned();
    let session = session.ok_or_else(Problem::unauthenticated)?;
    let (parts, form) = read::<NewPassword>(request).await?;
    match change(&state, &parts, &session, form).await {
        Ok(()) => Ok(see_other(&address(ACCOUNT, &[("done", "password")]), None)),
        Err(unchanged) => Refusal::from(unchanged).back(ACCOUNT, &[]),
    }
}

/// Changes the password of whoever is signed in and ends the person's other sessions.
pub async fn change(
    state: &AppState,
    parts: &Parts,
    session: &Session,
    form: NewPassword,
) -> Result<(), Unchanged> {
    confirm(state, parts, session, form.current)
        .await
        .map_err(Unchanged::Unconfirmed)?;
    let hash = password::hash_aside(form.new).await.map_err(Unchanged::New)?;
    let keep = session::session_token(&parts.headers);
    state
        .store
        .by(caller::actor(parts))
        .change_password(&session.user.id, &hash, &keep)
        .await
        .map_err(|error| Unchanged::Failed(error.into()))
}
