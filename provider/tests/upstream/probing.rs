//! The test of a connection says what to do.

use crate::setting::{KEY, client, endpoint};
use crate::upstream::{Answer, Upstream};
use domain::ConnectionKind;
use futures_util::future::BoxFuture;
use provider::outbound::{CONNECT_TIMEOUT, Client, Lookup, Networks};
use provider::{Code, Endpoint, EndpointFields, Probe, probe};
use std::io;
use std::net::{IpAddr, Ipv4Addr};

async fn probed(kind: ConnectionKind, answer: Answer) -> (Probe, String) {
    let upstream = Upstream::start(vec![answer]).await;
    let found = probe(&client(), &endpoint(kind, &upstream.url())).await;
    let requests = upstream.requests();
    (found, requests.first().cloned().unwrap_or_default())
}

/// The test of an endpoint at that host, whose name leads to this machine, and the requests that it took.
async fn probed_at(host: &str, path: &str, kind: ConnectionKind, answer: Answer) -> (Probe, String) {
    let upstream = Upstream::start(vec![answer]).await;
    let loopback = "127.0.0.0/8".parse().unwrap();
    let client = Client::with_lookup(Networks::new([loopback]), CONNECT_TIMEOUT, Here).unwrap();
    let url = format!("http://{host}:{}{path}", upstream.address.port());
    let found = probe(&client, &endpoint(kind, &url)).await;
    (found, upstream.requests().concat())
}

/// Leads every name to this machine.
struct Here;

impl Lookup for Here {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![Ipv4Addr::LOCALHOST.into()]) })
    }
}

#[tokio::test]
async fn the_list_of_models_is_asked_for_with_the_key() {
    for (kind, path, header) in [
        (ConnectionKind::Openai, "/models", "authorization: Bearer "),
        (ConnectionKind::Anthropic, "/v1/models", "x-api-key: "),
        (ConnectionKind::Gemini, "/v1beta/models", "x-goog-api-key: "),
    ] {
        let (found, request) = probed(kind, Answer::new(200, " {\"data\": []}")).await;
        assert!(found.ok && found.code.is_none(), "{found:?}");
        assert!(
            request.starts_with(&format!("GET {path} HTTP/1.1\r\n")),
            "{request}"
        );
        assert!(request.contains(&format!("{header}{KEY}")), "{request}");
        assert!(found.message.contains("a run shows"), "{found:?}");
    }
    assert!(
        probe(&client(), &endpoint(ConnectionKind::Demo, "http://a.example"))
            .await
            .ok
    );
}

#[tokio::test]
async fn providers_that_are_known_to_look_at_the_key_prove_it() {
    for (host, path, kind, asked) in [
        ("openrouter.ai", "/api/v1", ConnectionKind::Openai, "/api/v1/key"),
        ("api.openai.com", "/v1", ConnectionKind::Openai, "/v1/models"),
        ("api.anthropic.com", "", ConnectionKind::Anthropic, "/v1/models"),
        (
            "generativelanguage.googleapis.com",
            "",
            ConnectionKind::Gemini,
            "/v1beta/models",
        ),
    ] {
        let (found, requests) = probed_at(host, path, kind, Answer::new(200, "{\"data\": {}}")).await;
        assert!(
            requests.starts_with(&format!("GET {asked} HTTP/1.1\r\n")),
            "{requests}"
        );
        assert_eq!(
            found.message, "The provider answered, and took the key.",
            "{host}"
        );
    }
    let refusal = Answer::new(401, "{\"error\": {\"message\": \"no\", \"code\": 401}}");
    let (found, _) = probed_at("openrouter.ai", "/api/v1", ConnectionKind::Openai, refusal).await;
    assert_eq!(found.code, Some(Code::AuthenticationFailed), "{found:?}");
}

#[tokio::test]
async fn a_test_without_a_key_says_so() {
    for (answer, ok, words) in [
        (Answer::new(200, "{\"data\": []}"), true, "answered without a key"),
        (Answer::new(401, "no"), false, "none was sent"),
    ] {
        let upstream = Upstream::start(vec![answer]).await;
        let fields = EndpointFields {
            kind: ConnectionKind::Openai,
            provider: None,
            base_url: Some(upstream.url()),
            api_key: None,
            headers: Vec::new(),
        };
        let found = probe(&client(), &Endpoint::new(fields).unwrap()).await;
        assert_eq!(found.ok, ok, "{found:?}");
        assert!(found.message.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let error = |message: &str| format!("{{\"error\": {{\"message\": \"{message}\"}}}}");
    for (answer, code, words) in [
        (
            Answer::new(401, error(&format!("no {KEY}."))),
            Code::AuthenticationFailed,
            "It says: no [masked]. Enter another key.",
        ),
        (
            Answer::new(403, error("no list")),
            Code::PermissionDenied,
            "does not let it list models",
        ),
        (
            Answer::new(404, ""),
            Code::InvalidRequest,
            "/models. Check the base URL",
        ),
        (
            Answer::new(200, "<html>"),
            Code::StreamBroken,
            "Check the base URL",
        ),
        (Answer::new(302, ""), Code::Network, "a redirect"),
        (
            Answer::new(429, error("slow down")),
            Code::RateLimitExceeded,
            "Try again later",
        ),
        (Answer::new(500, ""), Code::ProviderUnavailable, "provider's side"),
    ] {
        let (found, _) = probed(ConnectionKind::Openai, answer).await;
        assert_eq!((found.ok, found.code), (false, Some(code)), "{found:?}");
        assert!(found.message.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_open_names_the_flag() {
    let closed = Client::new(Networks::default(), CONNECT_TIMEOUT).unwrap();
    let found = probe(
        &closed,
        &endpoint(ConnectionKind::Openai, "http://localhost:11434/v1"),
    )
    .await;
    assert_eq!(found.code, Some(Code::AddressNotAllowed));
    assert!(found.message.contains("--outbound-networks"), "{found:?}");
}
