//! Asking a signed-in person for the current password once more.

use super::{
    caller,
    guess::{Guess, guess},
};
use crate::{clock, problem::Problem, state::AppState};
use axum::http::request::Parts;
use chrono::TimeDelta;
use domain::FieldError;
use std::time::Duration;
use store::Session;

/// How long ago somebody may have signed in who has no password to give, in minutes.
const FRESH_MINUTES: i64 = 5;

/// Why somebody is not believed to be the person who signed in.
pub enum Unconfirmed {
    /// Too many were wrong, or too many are waiting; it may be tried again after so long.
    Throttled(Duration),
    /// The password is wrong.
    Wrong,
    /// No password was given, and the sign-in by single sign-on is too long ago.
    Stale,
    /// It could not be checked.
    Failed(Problem),
}

impl Unconfirmed {
    /// The refusal of a REST call that has the password in that field.
    pub fn into_problem(self, field: &str) -> Problem {
        match self {
            Self::Throttled(wait) => Problem::throttled(wait),
            Self::Wrong => Problem::invalid_fields(vec![FieldError::new(
                field,
                "must be your current password, and is not",
            )]),
            Self::Stale => {
                let detail = format!(
                    "is required, unless you signed in by single sign-on within the last {FRESH_MINUTES} minutes"
                );
                Problem::invalid_fields(vec![FieldError::new(field, detail)])
            }
            Self::Failed(problem) => problem,
        }
    }
}

impl<E: Into<Problem>> From<E> for Unconfirmed {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Checks the current password of whoever is signed in. The throttle that guards signing in guards it too, and the audit
/// log is told of a wrong one.
pub async fn confirm(
    state: &AppState,
    parts: &Parts,
    session: &Session,
    password: String,
) -> Result<(), Unconfirmed> {
    let email = &session.user.email;
    let known = state.store.credentials(email).await?;
    let hash = known.map(|known| known.password_hash);
    match guess(state, parts, email, password, hash).await? {
        Guess::Right => Ok(()),
        Guess::Wrong => {
            let store = state.store.by(caller::actor(parts));
            store.note_refused_password(&session.user, clock::now()).await?;
            Err(Unconfirmed::Wrong)
        }
        Guess::Refused(wait) => Err(Unconfirmed::Throttled(wait)),
    }
}

/// Checks once more that whoever is signed in is that person: by the password, or where none is given and the person is
/// known to a provider of single sign-on, by having signed in just now.
pub async fn confirm_person(
    state: &AppState,
    parts: &Parts,
    session: &Session,
    password: Option<String>,
) -> Result<(), Unconfirmed> {
    let user = &session.user.id;
    if password.is_some() || !state.store.has_identity(user).await? {
        return confirm(state, parts, session, password.unwrap_or_default()).await;
    }
    let now = clock::now();
    let sessions = state.store.sessions_of(user, now).await?;
    let current = sessions.iter().find(|one| one.session_id == session.id);
    let is_fresh = current.is_some_and(|one| now - one.began_at <= TimeDelta::minutes(FRESH_MINUTES));
    if is_fresh { Ok(()) } else { Err(Unconfirmed::Stale) }
}
