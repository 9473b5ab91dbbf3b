//! The test of a connection: the cheapest request that shows whether address and key are right.

use crate::call::headers;
use crate::endpoint::Endpoint;
use crate::failure::{Code, Failure};
use crate::outbound::Client;
use crate::upstream::fetch;
use bytes::Bytes;
use domain::ConnectionKind;
use domain::connection::provider_of;
use reqwest::Method;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// How long a test may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a test of a connection showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Whether it works.
    pub ok: bool,
    /// What is wrong, where something is.
    pub code: Option<Code>,
    /// What was found, and what to do about it.
    pub message: String,
}

/// Asks the provider for the list of its models, which costs nothing, and says what that showed: of servers that list
/// their models to anybody the address alone, of those that are known to look at the key first the key as well.
/// OpenRouter, which is known not to, is asked about the key instead.
pub async fn probe(client: &Client, endpoint: &Endpoint) -> Probe {
    if endpoint.kind == ConnectionKind::Demo {
        return works("The demo answers without a network.");
    }
    let (url, needs_key) = question(endpoint);
    let asked = timeout(PATIENCE, ask(client, endpoint, url.clone())).await;
    let asked = asked.unwrap_or_else(|_| {
        let message = format!("Nothing came within {} seconds.", PATIENCE.as_secs());
        Err(Failure::new(Code::ReadTimeout, message))
    });
    // A header may carry the key.
    let has_key = !endpoint.headers.is_empty();
    match asked {
        Ok(()) if needs_key => works("The provider answered, and took the key."),
        Ok(()) if has_key => works(
            "The provider answered and listed its models. Some do so whatever the key: a run shows whether it is taken.",
        ),
        Ok(()) => works("The provider answered without a key, and listed its models."),
        Err(failure) => fails(&url, has_key, failure.told(&endpoint.mask)),
    }
}

/// What is asked, and whether it is known to be answered to nobody without a key that works.
fn question(endpoint: &Endpoint) -> (Url, bool) {
    let provider = endpoint.base.host_str().and_then(provider_of);
    match (endpoint.kind, provider) {
        (ConnectionKind::Openai, Some("openrouter")) => (endpoint.url(["key"]), true),
        (ConnectionKind::Openai | ConnectionKind::Demo, _) => {
            (endpoint.url(["models"]), provider == Some("openai"))
        }
        (ConnectionKind::Anthropic, _) => (endpoint.url(["v1", "models"]), provider == Some("anthropic")),
        (ConnectionKind::Gemini, _) => (endpoint.url(["v1beta", "models"]), provider == Some("google")),
    }
}

/// Asks; of the answer the beginning is enough to tell it from a page for browsers.
async fn ask(client: &Client, endpoint: &Endpoint, url: Url) -> Result<(), Failure> {
    let mut response = fetch(client, Method::GET, url, headers(endpoint), Bytes::new()).await?;
    while let Ok(Some(bytes)) = response.chunk().await {
        let mut letters = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
        match letters.next() {
            Some(b'{' | b'[') => return Ok(()),
            Some(_) => break,
            None => {}
        }
    }
    let message = "Something answered that is no provider's interface.";
    Err(Failure::new(Code::StreamBroken, message))
}

fn works(message: &str) -> Probe {
    Probe {
        ok: true,
        code: None,
        message: message.to_owned(),
    }
}

fn fails(url: &Url, has_key: bool, failure: Failure) -> Probe {
    let told = failure.message.trim_end_matches('.');
    let (code, message) = match failure.code {
        Code::AuthenticationFailed if !has_key => (
            failure.code,
            format!("The provider wants an API key, and none was sent. It says: {told}. Enter one."),
        ),
        Code::AuthenticationFailed => (
            failure.code,
            format!("The provider does not take the API key. It says: {told}. Enter another key."),
        ),
        Code::PermissionDenied => (
            failure.code,
            format!(
                "The provider knows the API key, but does not let it list models. It says: {told}. Give the key that \
                 permission, or see by a run whether it may do what is needed."
            ),
        ),
        // Of a list of models this says that the list is not there.
        Code::InvalidModel => (
            Code::InvalidRequest,
            format!(
                "Nothing was found at {url}. Check the base URL: it is the one that the provider's own client takes, \
                 which for OpenAI and compatible servers ends with /v1."
            ),
        ),
        Code::StreamBroken => (
            failure.code,
            format!("{told}. Check the base URL, {url} was asked."),
        ),
        Code::Network | Code::ConnectTimeout | Code::ReadTimeout | Code::Timeout => (
            failure.code,
            format!(
                "{told}. Check the base URL, and whether the server that runs Agent Ledger can reach it."
            ),
        ),
        Code::RateLimitExceeded => (
            failure.code,
            format!("The provider limits how often it is asked, and says: {told}. Try again later."),
        ),
        Code::InsufficientQuota => (
            failure.code,
            format!("There is nothing left to pay with. The provider says: {told}."),
        ),
        Code::ProviderUnavailable => (
            failure.code,
            format!("The fault is on the provider's side. It says: {told}. Try again later."),
        ),
        Code::AddressNotAllowed => (failure.code, failure.message),
        Code::ContextLengthExceeded
        | Code::ContentFiltered
        | Code::InvalidRequest
        | Code::ResponseTooLarge => (
            failure.code,
            format!("The provider refused the test. It says: {told}."),
        ),
    };
    Probe {
        ok: false,
        code: Some(code),
        message,
    }
}
