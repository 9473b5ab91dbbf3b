//! What the request itself tells.

use axum::http::{HeaderMap, Method, header, request::Parts};
use leptos::prelude::use_context;
use std::net::IpAddr;

/// Where a request comes from, as far as that is believed. The server puts it into the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct RequestSource {
    /// Address of whoever asks. Requests that came through no connection have none.
    pub address: Option<IpAddr>,
    /// Whether it came by TLS, at least as far as the proxy in front.
    pub is_secure: bool,
    /// Host and port that were asked for.
    pub host: Option<String>,
}

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
    let source = parts
        .extensions
        .get::<RequestSource>()
        .cloned()
        .unwrap_or_default();
    let scheme = if source.is_secure { "https" } else { "http" };
    let host = source.host.unwrap_or_default();
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
