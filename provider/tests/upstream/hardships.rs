//! What else may happen on the way.

use crate::setting::{KEY, begin, client, endpoint, failure, request, to_the_end};
use crate::upstream::{Answer, Step, Upstream};
use domain::ConnectionKind;
use futures_util::future::BoxFuture;
use provider::outbound::{Client, Lookup, Networks};
use provider::{Code, Ending, Timeouts, run};
use std::future::pending;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The beginning of an answer of two words.
const HELLO: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello \"}}]}\n\n";
const WORLD: &str =
    "data: {\"choices\":[{\"delta\":{\"content\":\"world\"},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";

fn send(text: &str) -> Step {
    Step::Send(text.into())
}

fn short() -> Timeouts {
    Timeouts {
        first_byte: Duration::from_millis(300),
        silence: Duration::from_millis(200),
        total: Duration::from_secs(10),
    }
}

#[tokio::test]
async fn a_stream_that_breaks_keeps_what_came() {
    for last in [Step::Break, send("")] {
        let upstream = Upstream::start(vec![Answer::in_steps(200, vec![send(HELLO), last])]).await;
        let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
        assert_eq!(failure(&outcome).0, Code::StreamBroken);
        assert_eq!((outcome.answer.text.as_str(), outcome.attempts), ("Hello ", 1));
    }
}

#[tokio::test]
async fn nothing_at_all_is_broken() {
    for body in ["", "<html>", "{\"choices\"", "{\"hello\": 1}"] {
        let upstream = Upstream::start(vec![Answer::new(200, body)]).await;
        let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
        assert_eq!(failure(&outcome).0, Code::StreamBroken, "{body}");
    }
}

#[tokio::test]
async fn silence_ends_a_run() {
    let upstream = Upstream::start(vec![Answer::in_steps(200, vec![send(HELLO), Step::Hang])]).await;
    let outcome = to_the_end(begin(&upstream.url(), short())).await;
    let expected = "Nothing more came from the provider within 200ms.";
    assert_eq!(failure(&outcome), (Code::ReadTimeout, expected.to_owned()));
    assert_eq!(outcome.answer.text, "Hello ");

    let upstream = Upstream::start(vec![Answer::in_steps(200, vec![Step::Hang])]).await;
    let outcome = to_the_end(begin(&upstream.url(), short())).await;
    let expected = "The provider did not begin to answer within 300ms.";
    assert_eq!(failure(&outcome), (Code::ReadTimeout, expected.to_owned()));
}

#[tokio::test]
async fn a_run_has_an_end() {
    let talk = [send(HELLO), Step::Wait(Duration::from_millis(50))];
    let steps = talk.iter().cycle().take(200).cloned().collect();
    let upstream = Upstream::start(vec![Answer::in_steps(200, steps)]).await;
    let timeouts = Timeouts {
        total: Duration::from_millis(500),
        ..Timeouts::default()
    };
    let outcome = to_the_end(begin(&upstream.url(), timeouts)).await;
    assert_eq!(failure(&outcome).0, Code::Timeout);
    assert!(outcome.answer.text.starts_with("Hello Hello "));
}

#[tokio::test]
async fn what_never_ends_is_bounded() {
    let long = format!("data: {}", "a".repeat(1 << 20));
    let comment = format!(": {}\n", "a".repeat(1 << 20));
    for (first, repeated) in [(long.as_str(), "a"), ("", &comment), ("{", " ")] {
        let repeated = if repeated.len() == 1 {
            repeated.repeat(1 << 20)
        } else {
            repeated.to_owned()
        };
        let steps = vec![send(first), Step::Repeat(repeated.into())];
        let upstream = Upstream::start(vec![Answer::in_steps(200, steps)]).await;
        let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
        assert_eq!(failure(&outcome).0, Code::ResponseTooLarge);
        upstream.closed().await;
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Upstream::start(vec![Answer::new(200, DONE)]).await;
    let redirect = Answer::new(307, "").with("location", &other.url());
    let upstream = Upstream::start(vec![redirect]).await;
    let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
    let (code, message) = failure(&outcome);
    assert_eq!(
        (code, outcome.attempts, other.connections()),
        (Code::Network, 1, 0)
    );
    assert!(message.contains("redirect"), "{message}");
}

#[tokio::test]
async fn what_passes_is_asked_again() {
    let whole = Answer::new(200, format!("{HELLO}{WORLD}{DONE}")).with("x-request-id", "req-3");
    let busy = Answer::new(429, "{\"error\": {\"message\": \"busy\"}}").with("retry-after", "1");
    let upstream = Upstream::start(vec![Answer::new(503, ""), busy, whole]).await;
    let begun = Instant::now();
    let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
    assert_eq!((outcome.ending, outcome.attempts), (Ending::Complete, 3));
    assert_eq!(outcome.answer.text, "Hello world");
    assert_eq!(outcome.answer.provider_request_id.as_deref(), Some("req-3"));
    assert!(begun.elapsed() >= Duration::from_millis(1_500));
    let requests = upstream.requests();
    assert!(requests.iter().all(|request| *request == requests[0]) && requests.len() == 3);
}

#[tokio::test]
async fn a_long_wait_ends_a_run() {
    let busy = Answer::new(429, "{\"error\": {\"message\": \"busy\"}}").with("retry-after", "31");
    let upstream = Upstream::start(vec![busy]).await;
    let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
    let Ending::Failed(failure) = outcome.ending else {
        panic!("{:?}", outcome.ending);
    };
    assert_eq!((failure.code, outcome.attempts), (Code::RateLimitExceeded, 1));
    assert_eq!(failure.retry_after, Some(Duration::from_secs(31)));
}

#[tokio::test]
async fn what_has_begun_is_not_asked_again() {
    let error = "data: {\"error\": {\"message\": \"overloaded\", \"code\": 503}}\n\n";
    let upstream = Upstream::start(vec![Answer::new(200, format!("{HELLO}{error}"))]).await;
    let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
    assert_eq!(
        (failure(&outcome).0, outcome.attempts),
        (Code::ProviderUnavailable, 1)
    );
    assert_eq!(outcome.answer.text, "Hello ");
}

#[tokio::test]
async fn nobody_there_is_told_after_three_attempts() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let outcome = to_the_end(begin(&gone, Timeouts::default())).await;
    assert_eq!((failure(&outcome).0, outcome.attempts), (Code::Network, 3));
}

/// Knows no name, and never says so.
struct Silent;

impl Lookup for Silent {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_connection_may_take_its_time_and_no_more() {
    let client = Client::with_lookup(Networks::default(), Duration::from_millis(50), Silent).unwrap();
    let endpoint = endpoint(ConnectionKind::Openai, "https://models.example/v1");
    let outcome = to_the_end(run(&client, &endpoint, &request("gpt"), Timeouts::default())).await;
    let expected = "No connection to models.example in time.".to_owned();
    assert_eq!(
        (failure(&outcome), outcome.attempts),
        ((Code::ConnectTimeout, expected), 3)
    );
}

#[tokio::test]
async fn the_handshake_is_part_of_the_connection() {
    let upstream = Upstream::start(vec![Answer::new(200, DONE)]).await;
    let opened = Networks::new(["127.0.0.1/32".parse().unwrap()]);
    let client = Client::new(opened, Duration::from_millis(50)).unwrap();
    let endpoint = endpoint(ConnectionKind::Openai, &upstream.url().replace("http:", "https:"));
    let outcome = to_the_end(run(&client, &endpoint, &request("gpt"), Timeouts::default())).await;
    assert_eq!(failure(&outcome).0, Code::ConnectTimeout);
    assert!(upstream.connections() == 3 && upstream.requests().is_empty());
}

#[tokio::test]
async fn who_leaves_closes_the_connection_and_keeps_the_text() {
    let upstream = Upstream::start(vec![Answer::in_steps(200, vec![send(HELLO), Step::Hang])]).await;
    let mut run = begin(&upstream.url(), Timeouts::default());
    assert!(run.next().await.is_some());
    // Waiting may be given up at any moment.
    assert!(timeout(Duration::from_millis(50), run.next()).await.is_err());
    assert_eq!(run.answer().text, "Hello ");
    let outcome = run.finish();
    assert_eq!(
        (outcome.ending, outcome.answer.text.as_str()),
        (Ending::Stopped, "Hello ")
    );
    timeout(Duration::from_millis(200), upstream.closed())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_connection_serves_again() {
    let whole = Answer::new(200, format!("{HELLO}{WORLD}{DONE}"));
    let upstream = Upstream::start(vec![whole]).await;
    let (client, endpoint) = (client(), endpoint(ConnectionKind::Openai, &upstream.url()));
    for _ in 0..3 {
        let run = run(&client, &endpoint, &request("gpt"), Timeouts::default());
        assert_eq!(to_the_end(run).await.ending, Ending::Complete);
    }
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test]
async fn a_key_that_comes_back_is_masked() {
    let body = format!("{{\"error\": {{\"message\": \"Incorrect API key: {KEY}\"}}}}");
    let upstream = Upstream::start(vec![Answer::new(401, body)]).await;
    let outcome = to_the_end(begin(&upstream.url(), Timeouts::default())).await;
    let expected = "Incorrect API key: [masked]".to_owned();
    assert_eq!(failure(&outcome), (Code::AuthenticationFailed, expected));
    assert!(!format!("{outcome:?}").contains(KEY));
    assert!(upstream.requests()[0].contains(&format!("authorization: Bearer {KEY}")));
}
