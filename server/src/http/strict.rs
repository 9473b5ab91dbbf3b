//! What comes over a strict connection has to bring a valid credential before anything is done for it.

use crate::{credentials::Credentials, peer::Guest, problem::Problem, state::AppState};
use axum::{
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode, Version,
        header::{CONNECTION, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

const WORDS: &str = "Too many connections are open from your network address without a valid API key or session; try again \
                     in a moment, or send one with the first request.";
/// Seconds after which it may be tried again.
const RETRY_SECONDS: u32 = 1;

/// Refuses requests over strict connections that bring no valid credential, and has the connection end after the first
/// such answer. Others pass.
pub async fn ask(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let guest = request.extensions().get::<Guest>();
    let Some(guest) = guest.filter(|guest| guest.is_strict()).cloned() else {
        return next.run(request).await;
    };
    if guest.was_refused() {
        return refusal(&request);
    }
    match Credentials::of(request.headers(), request.extensions())
        .hold(&state.store)
        .await
    {
        Ok(true) => {
            guest.is_known();
            next.run(request).await
        }
        Ok(false) => {
            guest.refuse();
            refusal(&request)
        }
        Err(error) => {
            guest.refuse();
            Problem::from(error).into_response()
        }
    }
}

fn refusal(request: &Request) -> Response {
    let path = request.uri().path();
    let mut answer = if path == "/api" || path.starts_with("/api/") {
        Problem::too_many("too_many_connections", WORDS, RETRY_SECONDS).into_response()
    } else {
        let retry = [(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS))];
        (StatusCode::TOO_MANY_REQUESTS, retry, WORDS).into_response()
    };
    if request.version() < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(CONNECTION, close);
    }
    answer
}
