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
    if let Some(told) = use_context::<super::ServerContext>().and_then(|context| context.public_url) {
        return told.to_string();
    }
    let Some(parts) = use_context::<Parts>() else {
        return String::new();
    };
    let scheme = match text_of(&parts.headers, "x-forwarded-proto") {
        "https" => "https",
        _ if parts.uri.scheme_str() == Some("https") => "https",
        _ => "http",
    };
    let host = match text_of(&parts.headers, header::HOST.as_str()) {
        "" => parts.uri.authority().map_or("", |authority| authority.as_str()),
        host => host,
    };
    // The line is meant for a shell: only what can stand in a host passes.
    let host: String = host
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || ".:-[]".contains(*character))
        .collect();
    format!("{scheme}://{host}")
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
