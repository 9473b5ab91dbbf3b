//! The test of a connection says what to do.

use crate::setting::{KEY, client, endpoint};
use crate::upstream::{Answer, Upstream};
use domain::ConnectionKind;
use provider::outbound::{CONNECT_TIMEOUT, Client, Networks};
use provider::{Code, Probe, probe};

async fn probed(kind: ConnectionKind, answer: Answer) -> (Probe, String) {
    let upstream = Upstream::start(vec![answer]).await;
    let found = probe(&client(), &endpoint(kind, &upstream.url())).await;
    let requests = upstream.requests();
    (found, requests.first().cloned().unwrap_or_default())
}

#[tokio::test]
async fn the_list_of_models_proves_address_and_key() {
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
    }
    assert!(
        probe(&client(), &endpoint(ConnectionKind::Demo, "http://a.example"))
            .await
            .ok
    );
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
