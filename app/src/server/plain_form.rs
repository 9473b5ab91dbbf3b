//! Forms that a browser sends by itself, without WASM.

use axum::http::{Method, header::ACCEPT, request::Parts};
use leptos::prelude::use_context;

/// Whether the request is one.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accepted = parts
            .headers
            .get(ACCEPT)
            .and_then(|accepted| accepted.to_str().ok());
        parts.method == Method::POST && accepted.is_some_and(|accepted| accepted.contains("text/html"))
    })
}
