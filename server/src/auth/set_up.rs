//! `POST /auth/set-up`: the first account, by the link that the server printed.

use super::{
    caller,
    forms::{HOME, Refusal, read, see_other},
    password, session,
};
use crate::{clock, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    response::Response,
};
use cookie::Cookie;
use domain::{Actor, Retention, Role, access::parse_email};
use serde::Deserialize;
use store::{LinkPurpose, StoreError, token};

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

/// Makes the organization and its owner, signs in and leads home, or back to the form with what is wrong.
pub async fn set_up(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, form) = read::<SetUp>(request).await?;
    let token = form.token.clone();
    match begin(&state, form, &parts).await {
        Ok(cookies) => Ok(see_other(HOME, cookies)),
        Err(refusal) => refusal.back("/set-up", &[("token", &token)]),
    }
}

/// Refuses with `link`, `organization`, `email`, `password` or `taken`.
async fn begin(state: &AppState, form: SetUp, parts: &Parts) -> Result<Vec<Cookie<'static>>, Refusal> {
    let store = &state.store.by(Actor::unknown(caller::origin(parts)));
    let link = token::hash(&form.token);
    let works = store
        .link_is_valid(&link, LinkPurpose::SetUp, clock::now())
        .await?;
    // The link is for the first account, which the command line may have made meanwhile.
    if !works || !store.has_no_users().await? {
        return Err(Refusal::Named("link"));
    }
    let organization = domain::agent::parse_name("organization", &form.organization)
        .map_err(|_| Refusal::Named("organization"))?;
    let email = parse_email(&form.email).map_err(|_| Refusal::Named("email"))?;
    let hash = password::hash_aside(form.password).await?;
    // The link goes first: of two who use it at once, one makes the account.
    if store
        .use_link(&link, LinkPurpose::SetUp, clock::now())
        .await?
        .is_none()
    {
        return Err(Refusal::Named("link"));
    }
    let organization = store.ensure_organization(&organization, clock::now()).await?;
    let plan = form.retention.as_deref().map(|plan| Retention::parse(plan, None));
    if let Some(Ok(retention)) = plan {
        store.set_retention(organization.id, retention).await?;
    }
    let user = match store
        .add_user(organization.id, &email, Role::Owner, &hash, clock::now())
        .await
    {
        Err(StoreError::Taken(_)) => return Err(Refusal::Named("taken")),
        added => added?,
    };
    Ok(session::begin(state, &user.id, organization.id, parts).await?)
}
