//! What a browser may load for an answer (Content-Security-Policy).

use axum::http::HeaderValue;

/// The policy of an answer, told by who makes it in the response's extensions; `Nothing` where nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentPolicy {
    /// Data: nothing is loaded.
    Nothing,
    /// The page of the API's description: files of ours, and the styles that its program writes into elements.
    Description,
}

impl ContentPolicy {
    /// The header's value.
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Nothing => {
                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            }
            Self::Description => {
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                 connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
            }
        })
    }
}

/// The policy of a rendered page: scripts by nonce, and what they load in turn; WebAssembly.
pub fn of_page(nonce: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'"
    ))
    .ok()
}
