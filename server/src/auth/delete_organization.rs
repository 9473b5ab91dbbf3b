//! `POST /auth/delete-organization`: an owner deletes the organization, with everything that is its own.

use super::{
    caller,
    confirm::confirm_person,
    forms::{Refusal, address, read, see_other},
};
use crate::{clock, credentials::cookie, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::Permission;
use serde::Deserialize;
use store::Session;

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

/// Deletes it and leads to the sign-in page with `done=deleted`, or back to the form with `error=name`,
/// `error=credentials`, `error=throttled` or `error=sign-in-again`.
pub async fn delete_organization(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Problem> {
    let session = request.extensions().get::<Session>().cloned();
    let session = session.ok_or_else(Problem::unauthenticated)?;
    if !session.role.allows(Permission::Own) {
        return Err(Problem::forbidden(
            "insufficient_scope",
            "Only owners delete their organization.",
        ));
    }
    let (parts, form) = read::<Deletion>(request).await?;
    if form.name.trim() != session.organization.name {
        return Refusal::Named("name").back(ORGANIZATION, &[]);
    }
    let password = Some(form.password).filter(|password| !password.is_empty());
    if let Err(unconfirmed) = confirm_person(&state, &parts, &session, password).await {
        return Refusal::from(unconfirmed).back(ORGANIZATION, &[]);
    }
    let store = state.store.by(caller::actor(&parts));
    store
        .delete_organization(session.organization.id, clock::now())
        .await?;
    let done = address("/sign-in", &[("done", "deleted")]);
    Ok(see_other(&done, [cookie::forget()]))
}
