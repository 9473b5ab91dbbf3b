//! Callers who are signed in as a person. An API key has no account.

use super::{Caller, Identity};
use crate::{problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::Actor;
use store::Session;

/// A person who asks.
pub struct Person {
    /// Who, and in which organization.
    pub session: Session,
    /// The same, as the audit log knows them.
    pub actor: Actor,
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let actor = caller.actor();
        match caller.identity {
            Identity::Person(session) => Ok(Self {
                session: *session,
                actor,
            }),
            Identity::Key(_) => Err(Problem::forbidden(
                "no_account",
                "An API key has no account: this call is for a person who is signed in, by the session cookie.",
            )),
        }
    }
}
