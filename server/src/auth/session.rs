//! Sessions of people: begun by a form or a link, kept by a cookie.

use super::{browser, caller};
use crate::{
    clock,
    credentials::cookie,
    peer::{Guest, network},
    problem::Problem,
    state::AppState,
};
use ::cookie::Cookie;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{OrganizationId, UserId};
use store::{
    LinkPurpose, SignInOrigin, StoreError, TokenHash,
    token::{self, Token},
};

/// Puts the `store::Session` of a valid cookie into the request's extensions, and the `domain::Actor` who asks.
pub async fn attach_session(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match session(&state, request.headers()).await {
        Ok(Some(session)) => {
            Guest::of_request_is_known(request.extensions());
            request.extensions_mut().insert(session);
        }
        Ok(None) => {}
        Err(error) => return Problem::from(error).into_response(),
    }
    let (mut parts, body) = request.into_parts();
    let actor = caller::actor(&parts);
    parts.extensions.insert(actor);
    next.run(Request::from_parts(parts, body)).await
}

async fn session(state: &AppState, headers: &HeaderMap) -> Result<Option<store::Session>, StoreError> {
    match cookie::token(headers) {
        Some(token) => state.store.session(&token::hash(token), clock::now()).await,
        None => Ok(None),
    }
}

/// The hash of the session token that a request carries.
pub fn session_token(headers: &HeaderMap) -> TokenHash {
    token::hash(cookie::token(headers).unwrap_or_default())
}

/// Begins a session, and remembers from where; the answer is the cookies that keep both.
pub async fn begin(
    state: &AppState,
    user: &UserId,
    organization: OrganizationId,
    parts: &Parts,
) -> Result<Vec<Cookie<'static>>, StoreError> {
    let (token, now) = (Token::fresh(), clock::now());
    let (store, origin) = (&state.store, caller::origin(parts));
    store
        .create_session(
            &token.hash(),
            user,
            organization,
            &origin,
            now,
            now + cookie::LIFETIME,
        )
        .await?;
    let (browser, hash) = browser::keep(&parts.headers);
    let address = caller::peer(parts).map(|address| SignInOrigin::Address(network(address)));
    let origins: Vec<_> = address.into_iter().chain([SignInOrigin::Browser(hash)]).collect();
    store.remember_sign_in(user, &origins, now).await?;
    Ok(vec![cookie::keep(token.reveal()), browser])
}

/// Signs in by a link's token: the demo's works as long as it runs, every other once. `None` where it does not work.
pub async fn sign_in_by_link(
    state: &AppState,
    link: &str,
    parts: &Parts,
) -> Result<Option<Vec<Cookie<'static>>>, StoreError> {
    let hash = token::hash(link);
    if let Some(demo) = state.demo.as_ref().filter(|demo| demo.token == hash) {
        return begin(state, &demo.user, demo.organization, parts).await.map(Some);
    }
    let used = state
        .store
        .use_link(&hash, LinkPurpose::SignIn, clock::now())
        .await?;
    match used.and_then(|link| link.user) {
        Some((user, organization)) => begin(state, &user, organization, parts).await.map(Some),
        None => Ok(None),
    }
}
