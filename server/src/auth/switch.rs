//! `POST /auth/switch`: a signed-in person goes on in another organization.

use super::{
    caller::visitor,
    forms::{HOME, read, see_other},
};
use crate::{problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

/// The form of the menu.
#[derive(Deserialize)]
pub(crate) struct Switch {
    organization: String,
}

/// Goes on in the organization of that name, if the person belongs to it, and leads home.
pub async fn switch(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Switch>(request).await?;
    let visitor = visitor(&parts);
    if visitor.token.is_none() {
        return Err(Problem::unauthenticated());
    }
    state
        .service
        .switch_organization(visitor, &form.organization)
        .await?;
    Ok(see_other(HOME, None))
}
