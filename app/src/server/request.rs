//! What the request itself tells.

use axum::http::{HeaderMap, Method, header, request::Parts};
use leptos::prelude::use_context;

/// Whether this is a form that a browser sent by itself, without WASM.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.method == Method::POST && text_of(&parts.headers, header::ACCEPT.as_str()).contains("text/html")
    })
}

/// Scheme, host and port under which people reach the server, for links and command lines that are shown: as it was told,
/// or else as this reader did.
pub fn origin() -> String {
    use_context::<super::ServerContext>().map_or_else(String::new, |context| context.origin.to_string())
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
