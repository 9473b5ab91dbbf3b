//! Every recorded exchange, served byte for byte.

use crate::expected::{self, Expected};
use crate::recordings::{self, Recording};
use crate::setting::{client, endpoint, failure, request, to_the_end};
use crate::upstream::{Answer, Upstream};
use domain::ConnectionKind;
use provider::outbound::Client;
use provider::{Code, Ending, Outcome, Timeouts, run};
use serde_json::Value;
use std::fs;
use testkit::SharedData;

/// The one recording of an answer that ends in an error of the stream itself.
const BREAKS: &str = "pydantic-ai/test_openrouter/test_openrouter_stream_error.yaml 0";

async fn outcome(client: &Client, kind: ConnectionKind, answer: Answer) -> Outcome {
    let upstream = Upstream::start(vec![answer]).await;
    let endpoint = endpoint(kind, &upstream.url());
    to_the_end(run(client, &endpoint, &request("a-model"), Timeouts::default())).await
}

fn found(outcome: &Outcome) -> Expected {
    let answer = &outcome.answer;
    let counts = answer.tokens.usage;
    let calls = answer.tool_calls.iter();
    Expected {
        text: answer.text.clone(),
        reasoning: answer.reasoning.clone(),
        tool_calls: calls
            .map(|call| {
                let arguments = serde_json::from_str(&call.arguments).unwrap();
                (call.id.clone(), call.name.clone(), arguments)
            })
            .collect(),
        finish_reason: answer.finish_reason.clone(),
        model: answer.response_model.clone(),
        service_tier: answer.service_tier.clone(),
        tokens: [
            counts.input_tokens,
            counts.output_tokens,
            counts.cache_read_tokens,
            counts.cache_write_tokens,
            counts.reasoning_tokens,
        ],
        usage: answer.usage.clone().map_or(Value::Null, Value::Object),
    }
}

/// The code that a recorded refusal has to get, by its status alone.
fn code(status: u16) -> Code {
    match status {
        400 => Code::InvalidRequest,
        401 => Code::AuthenticationFailed,
        404 => Code::InvalidModel,
        429 => Code::RateLimitExceeded,
        500.. => Code::ProviderUnavailable,
        other => panic!("{other} was not recorded"),
    }
}

async fn check(client: Client, recording: Recording) {
    let name = &recording.name;
    let outcome = outcome(&client, recording.kind, recording.answer()).await;
    if recording.status != 200 {
        let Ending::Failed(failure) = &outcome.ending else {
            panic!("{name}: {outcome:?}");
        };
        assert_eq!(failure.code, code(recording.status), "{name}");
        assert_eq!(failure.status, Some(recording.status), "{name}");
        assert!(
            !failure.message.is_empty() && !failure.message.contains("sk-fake"),
            "{name}"
        );
        assert_eq!(
            outcome.attempts,
            if recording.status == 429 { 3 } else { 1 },
            "{name}"
        );
        return;
    }
    if name == BREAKS {
        assert_eq!(
            failure(&outcome),
            (Code::InvalidRequest, "Token limit reached".to_owned())
        );
    } else {
        assert_eq!(outcome.ending, Ending::Complete, "{name}");
    }
    assert_eq!(outcome.attempts, 1, "{name}");
    assert_eq!(
        found(&outcome),
        expected::of(recording.kind, &recording.body),
        "{name}"
    );
    assert_eq!(outcome.answer.tokens.usage.contradict(), name == BREAKS, "{name}");
}

#[tokio::test]
async fn every_recorded_exchange_is_understood() {
    let Some(data) = SharedData::or_skip("every_recorded_exchange_is_understood") else {
        return;
    };
    let recordings = recordings::all(&data.http());
    let of = |kind, is_good: bool| {
        let of_kind = recordings.iter().filter(|recording| recording.kind == kind);
        of_kind
            .filter(|recording| (recording.status == 200) == is_good)
            .count()
    };
    assert_eq!(of(ConnectionKind::Openai, true), 178);
    assert_eq!(of(ConnectionKind::Openai, false), 10);
    assert_eq!(of(ConnectionKind::Anthropic, true), 24);
    assert_eq!(of(ConnectionKind::Gemini, true), 13);
    let client = client();
    let checks: Vec<_> = recordings
        .into_iter()
        .map(|recording| tokio::spawn(check(client.clone(), recording)))
        .collect();
    for check in checks {
        check.await.unwrap();
    }
}

#[tokio::test]
async fn quoted_errors_get_their_codes() {
    let Some(data) = SharedData::or_skip("quoted_errors_get_their_codes") else {
        return;
    };
    let client = client();
    let lines = fs::read_to_string(data.http().join("errors_quoted_in_issues/errors.jsonl")).unwrap();
    let checks = lines
        .lines()
        .map(|line| tokio::spawn(check_quoted(client.clone(), line.to_owned())));
    let checks: Vec<_> = checks.collect();
    assert_eq!(checks.len(), 5);
    for check in checks {
        check.await.unwrap();
    }
}

async fn check_quoted(client: Client, line: String) {
    let quoted: Value = serde_json::from_str(&line).unwrap();
    let kind = match quoted["provider"].as_str() {
        Some("gemini") => ConnectionKind::Gemini,
        _ => ConnectionKind::Openai,
    };
    let status = u16::try_from(quoted["http_status"].as_u64().unwrap()).unwrap();
    let body = quoted["body"].to_string();
    let (answer, expected) = if quoted["sse_event"] == true {
        let event = format!("event: error\ndata: {body}\n\n");
        (Answer::new(status, event), Code::ProviderUnavailable)
    } else {
        (Answer::new(status, body), code(status))
    };
    let outcome = outcome(&client, kind, answer).await;
    let (code, message) = failure(&outcome);
    assert_eq!((code, outcome.attempts), (expected, 3), "{line}");
    assert!(!message.starts_with('{'), "{message}");
}
