//! Sessions of people: kept by a cookie, known again by it.

use super::{browser, caller};
use crate::{clock, credentials::cookie, peer::Guest, problem::Problem, state::AppState};
use ::cookie::Cookie;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use service::{BegunSession, Error, Visitor};
use store::token;

/// Puts the `service::Visitor` into the request's extensions: who asks, by a valid cookie, or a stranger.
pub async fn attach_visitor(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let token = cookie::token(&parts.headers, &parts.extensions).map(token::hash);
    let session = match &token {
        Some(token) => state.store.session(token, clock::now()).await,
        None => Ok(None),
    };
    match session {
        Ok(session) => {
            if session.is_some() {
                Guest::of_request_is_known(&parts.extensions);
            }
            let visitor = Visitor {
                token,
                session,
                ..caller::stranger(&parts, &state)
            };
            parts.extensions.insert(visitor);
        }
        Err(error) => return Problem::from(error).into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}

/// The cookies that keep a session which has begun, and the browser's own token.
pub fn keep(session: &BegunSession, headers: &HeaderMap) -> Vec<Cookie<'static>> {
    let browser = browser::keep(headers, session.browser.as_ref());
    [cookie::keep(session.token.reveal())]
        .into_iter()
        .chain(browser)
        .collect()
}

/// Signs in by a link's token. `None` where it does not work.
pub async fn sign_in_by_link(
    state: &AppState,
    link: &str,
    parts: &Parts,
) -> Result<Option<Vec<Cookie<'static>>>, Error> {
    let signed_in = state
        .service
        .sign_in_by_link(caller::visitor(parts), link, state.demo.as_deref())
        .await;
    match signed_in {
        Ok(session) => Ok(Some(keep(&session, &parts.headers))),
        Err(Error::LinkEnded) => Ok(None),
        Err(error) => Err(error),
    }
}
