//! Where a request comes from, and under which address it reached the server.

use axum::http::Extensions;
use std::{net::IpAddr, sync::Arc};

/// Where a request comes from, as far as that is believed: in the extensions of every request.
#[derive(Debug, Clone, Default)]
pub struct RequestSource {
    /// Address of whoever asks. Requests that came through no connection have none.
    pub address: Option<IpAddr>,
    /// Whether it came by TLS, at least as far as the proxy in front.
    pub is_secure: bool,
    /// Host and port that were asked for.
    pub host: Option<String>,
    /// Where people reach the server, without a `/` at its end, if that was told.
    pub public_url: Option<Arc<str>>,
}

impl RequestSource {
    /// That of a request.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    /// Scheme, host and port under which whoever asks reaches the server, without a `/` at the end. Of the host only what
    /// can stand in one passes, since it is shown in lines that are meant for a shell.
    pub fn origin(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        let host = self.host.as_deref().unwrap_or_default();
        let host: String = host
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || ".:-[]".contains(*character))
            .collect();
        format!("{scheme}://{host}")
    }
}
