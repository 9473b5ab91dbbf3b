//! Sessions of people: begun by a form or a link, kept by a cookie.

use super::{
    caller, cookie,
    token::{self, Token},
};
use crate::{
    api::problem::Problem,
    clock,
    http::{AppState, Guest},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{OrganizationId, SessionOrigin, UserId};
use store::{LinkPurpose, StoreError, TokenHash};

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

/// Begins a session; the answer is the cookie that keeps it.
pub async fn begin(
    state: &AppState,
    user: &UserId,
    organization: OrganizationId,
    origin: &SessionOrigin,
) -> Result<Option<HeaderValue>, StoreError> {
    let (token, now) = (Token::fresh(), clock::now());
    state
        .store
        .create_session(
            &token.hash(),
            user,
            organization,
            origin,
            now,
            now + cookie::LIFETIME,
        )
        .await?;
    Ok(cookie::keep(token.reveal()))
}

/// Signs in by a link's token: the demo's works as long as it runs, every other once. `None` where it does not work.
pub async fn sign_in_by_link(
    state: &AppState,
    link: &str,
    origin: &SessionOrigin,
) -> Result<Option<HeaderValue>, StoreError> {
    let hash = token::hash(link);
    if let Some(demo) = state.demo.as_ref().filter(|demo| demo.token == hash) {
        return begin(state, &demo.user, demo.organization, origin).await;
    }
    let used = state
        .store
        .use_link(&hash, LinkPurpose::SignIn, clock::now())
        .await?;
    match used.and_then(|link| link.user) {
        Some((user, organization)) => begin(state, &user, organization, origin).await,
        None => Ok(None),
    }
}
