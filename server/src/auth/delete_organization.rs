//! `POST /auth/delete-organization`: an owner deletes the organization, with everything that is its own.

use super::{
    caller::{signed_in, visitor},
    forms::{Refusal, address, read, see_other},
};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::Permission;
use serde::Deserialize;

/// Where its form is.
const ORGANIZATION: &str = "/settings/organization";

/// The form of the page. `Debug` is not derived: the password stays out of logs.
#[derive(Deserialize)]
pub(crate) struct Deletion {
    /// What the organization is called, typed once more.
    name: String,
    /// Empty for somebody who signs in by single sign-on.
    password: String,
}

/// Deletes it and leads to the sign-in page with `done=deleted`, or back to the form with `error=name`, `credentials`,
/// `throttled` or `sign-in-again`.
pub async fn delete_organization(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = signed_in(&parts)?;
    caller.require(Permission::Own)?;
    let (parts, form) = read::<Deletion>(Request::from_parts(parts, body)).await?;
    let password = Some(form.password).filter(|password| !password.is_empty());
    let deleted = state
        .service
        .delete_own_organization(visitor(&parts), &form.name, password)
        .await;
    match deleted {
        Ok(_) => Ok(see_other(
            &address("/sign-in", &[("done", "deleted")]),
            [cookie::forget()],
        )),
        Err(error) => Refusal::from(error).back(ORGANIZATION, &[]),
    }
}
