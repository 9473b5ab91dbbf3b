//! Where a provider is reached, and with which key.

use crate::mask::Mask;
use crate::secret::Secret;
use domain::problem::short_name;
use domain::{ConnectionKind, FieldError};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

/// Most headers of a connection.
pub const MAX_HEADERS: usize = 20;
/// Headers that belong to the connection itself, or describe what we send and can read.
const RESERVED: [&str; 13] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A connection as it was entered.
#[derive(Debug, Clone)]
pub struct EndpointFields {
    /// The interface.
    pub kind: ConnectionKind,
    /// The provider by genai-prices' id, where it is known.
    pub provider: Option<String>,
    /// The base URL as the provider's own client takes it, for `openai` with `/v1`; the provider's own where absent.
    pub base_url: Option<String>,
    /// The API key.
    pub api_key: Option<Secret>,
    /// Further headers of every request. One that carries the key takes its place.
    pub headers: Vec<(String, Secret)>,
}

/// A connection that can be called.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub(crate) kind: ConnectionKind,
    pub(crate) provider: Option<String>,
    pub(crate) base: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) mask: Mask,
}

impl Endpoint {
    /// A connection of what was entered.
    ///
    /// # Errors
    /// Fields that are wrong: `baseUrl`, `apiKey`, `headers`, `headers.NAME`.
    pub fn new(fields: EndpointFields) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut headers = HeaderMap::new();
        if let (Some(key), Some((name, scheme))) = (&fields.api_key, key_header(fields.kind)) {
            match sensitive(&format!("{scheme}{}", key.expose())) {
                Some(value) => _ = headers.insert(name, value),
                None => errors.push(FieldError::new(
                    "apiKey",
                    "must be on one line, of visible characters",
                )),
            }
        }
        if fields.headers.len() > MAX_HEADERS {
            errors.push(FieldError::new(
                "headers",
                format!("must be {MAX_HEADERS} at most"),
            ));
        }
        for (name, value) in fields.headers.iter().take(MAX_HEADERS) {
            match header(name, value) {
                Ok((name, value)) => _ = headers.insert(name, value),
                Err(detail) => errors.push(FieldError::new(format!("headers.{}", short_name(name)), detail)),
            }
        }
        let given = fields.base_url.as_deref().unwrap_or(own_address(fields.kind));
        let base = base_url(given).map_err(|detail| errors.push(FieldError::new("baseUrl", detail)));
        match base {
            Ok(base) if errors.is_empty() => Ok(Self {
                kind: fields.kind,
                provider: fields.provider,
                base,
                headers,
                mask: Mask::new(
                    fields
                        .api_key
                        .into_iter()
                        .chain(fields.headers.into_iter().map(|(_, value)| value)),
                ),
            }),
            _ => Err(errors),
        }
    }

    /// The interface.
    pub fn kind(&self) -> ConnectionKind {
        self.kind
    }

    /// The base URL.
    pub fn base_url(&self) -> &Url {
        &self.base
    }

    /// The base URL with further segments of a path.
    pub(crate) fn url<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

/// The address of the provider itself.
fn own_address(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Openai => "https://api.openai.com/v1",
        ConnectionKind::Anthropic => "https://api.anthropic.com",
        ConnectionKind::Gemini => "https://generativelanguage.googleapis.com",
        ConnectionKind::Demo => "http://demo.invalid",
    }
}

/// The header that carries the key, and what stands before the key in it.
fn key_header(kind: ConnectionKind) -> Option<(HeaderName, &'static str)> {
    match kind {
        ConnectionKind::Openai => Some((reqwest::header::AUTHORIZATION, "Bearer ")),
        ConnectionKind::Anthropic => Some((HeaderName::from_static("x-api-key"), "")),
        ConnectionKind::Gemini => Some((HeaderName::from_static("x-goog-api-key"), "")),
        ConnectionKind::Demo => None,
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let is_visible = !text.is_empty() && text.chars().all(|letter| (' '..='~').contains(&letter));
    let mut value = is_visible.then(|| HeaderValue::from_str(text).ok())??;
    value.set_sensitive(true);
    Some(value)
}

fn header(name: &str, value: &Secret) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "is not a header's name")?;
    if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("proxy-") {
        return Err("is a header that Agent Ledger sets itself");
    }
    let value = sensitive(value.expose()).ok_or("must have a value on one line, of visible characters")?;
    Ok((name, value))
}

fn base_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "must be a URL such as https://api.example.com/v1")?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user or password; put them into headers");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its path: a query or fragment has no place in a base URL");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(base_url: &str) -> EndpointFields {
        EndpointFields {
            kind: ConnectionKind::Openai,
            provider: None,
            base_url: Some(base_url.to_owned()),
            api_key: Some(Secret::new("sk-0123456789".into())),
            headers: vec![("X-Team".into(), Secret::new("blue-team".into()))],
        }
    }

    fn wrong(fields: EndpointFields) -> Vec<String> {
        let errors = Endpoint::new(fields).unwrap_err();
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn paths_are_put_behind_the_base() {
        for base in ["https://a.example/v1", "https://a.example/v1/"] {
            let endpoint = Endpoint::new(fields(base)).unwrap();
            let url = endpoint.url(["chat", "completions"]);
            assert_eq!(url.as_str(), "https://a.example/v1/chat/completions");
        }
        let url = Endpoint::new(fields("https://a.example")).unwrap().url(["a/b ?"]);
        assert_eq!(url.as_str(), "https://a.example/a%2Fb%20%3F");
    }

    #[test]
    fn no_secret_shows_itself() {
        let shown = format!("{:?}", Endpoint::new(fields("https://a.example/v1")).unwrap());
        assert!(
            !shown.contains("0123456789") && !shown.contains("blue-team"),
            "{shown}"
        );
    }

    #[test]
    fn wrong_fields_are_named() {
        for base in [
            "api.openai.com/v1",
            "ftp://a.example",
            "https://",
            "https://user@a.example",
            "https://:p@a.example",
            "https://a.example/v1?key=1",
            "https://a.example/#a",
        ] {
            assert_eq!(wrong(fields(base)), ["baseUrl"], "{base}");
        }
        let mut given = fields("https://a.example");
        given.api_key = Some(Secret::new("a\nb".into()));
        for name in ["Host", "bad name", "Content-Length"] {
            given.headers.push((name.into(), Secret::new("x".into())));
        }
        given.headers.push(("X-Empty".into(), Secret::new(String::new())));
        assert_eq!(
            wrong(given),
            [
                "apiKey",
                "headers.Host",
                "headers.bad name",
                "headers.Content-Length",
                "headers.X-Empty"
            ]
        );
        let mut given = fields("https://a.example");
        given.headers = vec![("x-a".into(), Secret::new("1".into())); MAX_HEADERS + 1];
        assert_eq!(wrong(given), ["headers"]);
    }
}
