//! `POST /auth/switch`: a signed-in person goes on in another organization.

use super::{
    caller,
    forms::{HOME, read, see_other},
};
use crate::{credentials::cookie, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use store::{StoreError, token};

/// The form of the menu.
#[derive(Deserialize)]
pub(crate) struct Switch {
    organization: String,
}

/// Goes on in the organization of that name, if the person belongs to it, and leads home.
pub async fn switch(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<Switch>(request).await?;
    let token = cookie::token(&parts.headers).ok_or_else(Problem::unauthenticated)?;
    match state.store.organization_named(&form.organization).await {
        Ok(organization) => {
            state
                .store
                .by(caller::actor(&parts))
                .switch_session(&token::hash(token), organization.id)
                .await?;
        }
        // Told like one to which the person does not belong.
        Err(StoreError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(see_other(HOME, None))
}
