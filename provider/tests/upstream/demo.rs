//! The demo: it answers, and fails in each way.

use crate::setting::{client, failure, request, to_the_end};
use domain::ConnectionKind;
use provider::{Code, Delta, Ending, Endpoint, EndpointFields, Outcome, Request, Run, Timeouts, demo, run};
use std::time::Duration;
use tokio::time::{Instant, timeout};

fn begin(request: &Request) -> Run {
    let fields = EndpointFields {
        kind: ConnectionKind::Demo,
        provider: None,
        base_url: None,
        api_key: None,
        headers: Vec::new(),
    };
    let endpoint = Endpoint::new(fields).unwrap();
    run(&client(), &endpoint, request, Timeouts::default())
}

async fn outcome(model: &str) -> Outcome {
    to_the_end(begin(&request(model))).await
}

#[tokio::test(start_paused = true)]
async fn it_answers_the_same_each_time() {
    let first = outcome("demo").await;
    assert_eq!(first.ending, Ending::Complete);
    assert!(first.answer.text.ends_with("The last one reads: Tell me a joke."));
    assert_eq!(first.answer.finish_reason.as_deref(), Some("stop"));
    let usage = first.answer.tokens.usage;
    assert_eq!(usage.input_tokens, Some(4));
    assert_eq!(usage.tokens_used, Some(4 + usage.output_tokens.unwrap()));
    assert_eq!(outcome("demo").await, first);
}

#[tokio::test(start_paused = true)]
async fn it_streams() {
    let mut run = begin(&request("demo"));
    let begun = Instant::now();
    let mut pieces = 0;
    while let Some(Delta::Text(_)) = run.next().await {
        pieces += 1;
    }
    assert!(pieces > 20 && begun.elapsed() >= Duration::from_millis(40) * pieces);
}

#[tokio::test(start_paused = true)]
async fn it_keeps_to_the_token_limit() {
    let mut request = request("demo");
    request.parameters.max_tokens = Some(5);
    let outcome = to_the_end(begin(&request)).await;
    assert_eq!(outcome.answer.text, "This is the demo model ");
    assert_eq!(outcome.answer.finish_reason.as_deref(), Some("length"));
    assert_eq!(outcome.answer.tokens.usage.output_tokens, Some(5));
}

#[tokio::test(start_paused = true)]
async fn it_fails_as_it_is_told() {
    let mut tried = vec!["demo", "demo-slow", "demo-silent"];
    for (model, code, attempts, has_text) in [
        ("demo-rate-limited", Code::RateLimitExceeded, 1, false),
        ("demo-quota", Code::InsufficientQuota, 1, false),
        ("demo-unavailable", Code::ProviderUnavailable, 3, false),
        ("demo-too-long", Code::ContextLengthExceeded, 1, false),
        ("demo-filtered", Code::ContentFiltered, 1, true),
        ("demo-invalid-request", Code::InvalidRequest, 1, false),
        ("demo-invalid-key", Code::AuthenticationFailed, 1, false),
        ("demo-forbidden", Code::PermissionDenied, 1, false),
        ("demo-network", Code::Network, 3, false),
        ("demo-broken", Code::StreamBroken, 1, true),
        ("demo-timeout", Code::ReadTimeout, 1, true),
        ("gpt-5", Code::InvalidModel, 1, false),
    ] {
        let outcome = outcome(model).await;
        assert_eq!(
            (failure(&outcome).0, outcome.attempts),
            (code, attempts),
            "{model}"
        );
        assert_eq!(!outcome.answer.text.is_empty(), has_text, "{model}");
        tried.push(model);
    }
    assert!(demo::MODELS.iter().all(|model| tried.contains(model)));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_silent_until_a_limit_ends_it() {
    let begun = Instant::now();
    let outcome = outcome("demo-silent").await;
    assert_eq!(failure(&outcome).0, Code::ReadTimeout);
    assert!(begun.elapsed() >= Timeouts::default().silence);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_it_can_be_given_up_and_taken_up_again() {
    let whole = outcome("demo").await;
    let mut run = begin(&request("demo"));
    loop {
        if let Ok(None) = timeout(Duration::from_millis(7), run.next()).await {
            break;
        }
    }
    assert_eq!(run.finish(), whole);
}
