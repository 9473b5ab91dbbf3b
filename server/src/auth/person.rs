//! Callers who are signed in as a person. An API key has no account.

use super::caller::visitor;
use crate::{problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use service::{Caller, Identity, Visitor};
use store::Session;

/// A person who asks.
pub struct Person {
    /// As use cases know them.
    pub caller: Caller,
    /// The same, with what came with the request.
    pub visitor: Visitor,
    /// Who, and in which organization.
    pub session: Session,
}

impl FromRequestParts<AppState> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match &caller.identity {
            Identity::Person(session) => Ok(Self {
                visitor: visitor(parts).clone(),
                session: Session::clone(session),
                caller,
            }),
            Identity::Key(_) | Identity::Operator => Err(Problem::forbidden(
                "no_account",
                "An API key has no account: this call is for a person who is signed in, by the session cookie.",
            )),
        }
    }
}
