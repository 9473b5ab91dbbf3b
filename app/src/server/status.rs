//! The status of the answer that is being made.

use super::plain_form::is_plain_form;
use axum::http::{StatusCode, header::LOCATION};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Answers with 400: what was sent cannot be read.
pub fn set_malformed() {
    set_status(StatusCode::BAD_REQUEST);
}

/// Answers the page with 404.
pub fn set_not_found() {
    set_status(StatusCode::NOT_FOUND);
}

/// Answers with that status, unless the answer is a redirect: where that leads answers for itself.
pub fn set_status(status: StatusCode) {
    // A form that was sent without WASM is answered by a redirect to its page, which shows the sentence.
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| !is_plain_form())
        && !leads_elsewhere(&response)
    {
        response.set_status(status);
    }
}

fn leads_elsewhere(response: &ResponseOptions) -> bool {
    response
        .0
        .read()
        .is_ok_and(|parts| parts.headers.contains_key(LOCATION))
}
