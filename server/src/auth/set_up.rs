//! `POST /auth/set-up`: the first account, by the link that the server printed.

use super::{
    caller::visitor,
    forms::{HOME, Refusal, read, see_other},
    session,
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::Retention;
use serde::Deserialize;

/// The form of the set-up page. `Debug` is not derived: password and token stay out of logs.
#[derive(Deserialize)]
pub(crate) struct SetUp {
    token: String,
    organization: String,
    email: String,
    password: String,
    /// A plan; everything is kept where the form has none.
    #[serde(default)]
    retention: Option<String>,
}

/// Makes the organization and its owner, signs in and leads home, or back to the form with `error=link`, `organization`,
/// `email`, `password`, `taken` or `busy`.
pub async fn set_up(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<SetUp>(request).await?;
    let plan = form.retention.as_deref().map(|plan| Retention::parse(plan, None));
    let new = service::SetUp {
        organization: form.organization,
        email: form.email,
        password: form.password,
        retention: plan.and_then(Result::ok).unwrap_or(Retention::None),
    };
    match state.service.set_up(visitor(&parts), &form.token, new).await {
        Ok(session) => Ok(see_other(HOME, session::keep(&session, &parts.headers))),
        Err(error) => Refusal::from(error).back("/set-up", &[("token", &form.token)]),
    }
}
