//! The sign-in page as the answer to its form.

use super::forms::address;
use crate::{page::rendering, problem::Problem, state::AppState};
use app::shell;
use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, header::RETRY_AFTER, request::Parts},
    response::{IntoResponse, Response},
};

/// The sign-in page in answer to its form, which may be sent again after so many seconds. It comes without scripts: where
/// the form was sent to is no page of the app.
pub async fn refused_sign_in(
    state: &AppState,
    mut parts: Parts,
    email: &str,
    next: &str,
    seconds: u32,
) -> Result<Response, Problem> {
    let wait = seconds.to_string();
    let page = [
        ("error", "throttled"),
        ("wait", &wait),
        ("email", email),
        ("next", next),
    ];
    parts.method = Method::GET;
    parts.uri = address("/sign-in", &page).parse().map_err(Problem::internal)?;
    let context = state.for_pages();
    let provide = rendering::provider(context.clone());
    let request = Request::from_parts(parts, Body::empty());
    let mut response = match state.refusal_line.turn().await {
        Ok(_turn) => {
            let page = rendering::render(provide, move || shell(None, &context), request).await?;
            page.map(Body::from)
        }
        // So many are refused that the page is too much: the answer stays the same without it.
        Err(_) => format!("Too many attempts. Try again in {seconds} seconds.\n").into_response(),
    };
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    Ok(response)
}
