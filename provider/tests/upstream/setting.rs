//! What most tests need: a client that may call this machine, an endpoint, a request, and a run to its end.

use domain::ConnectionKind;
use domain::prompt::{Message, Role};
use provider::outbound::{CONNECT_TIMEOUT, Client, Networks};
use provider::{Code, Delta, Ending, Endpoint, EndpointFields, Outcome, Request, Run, Secret, Timeouts, run};

/// The key of every endpoint.
pub const KEY: &str = "key-of-the-tests-0123456789";

pub fn client() -> Client {
    let loopback = "127.0.0.0/8".parse().unwrap();
    Client::new(Networks::new([loopback]), CONNECT_TIMEOUT).unwrap()
}

pub fn endpoint(kind: ConnectionKind, base_url: &str) -> Endpoint {
    let fields = EndpointFields {
        kind,
        provider: None,
        base_url: Some(base_url.to_owned()),
        api_key: Some(Secret::new(KEY.to_owned())),
        headers: Vec::new(),
    };
    Endpoint::new(fields).unwrap()
}

pub fn request(model: &str) -> Request {
    Request {
        model: model.to_owned(),
        messages: vec![Message {
            role: Role::User,
            text: "Tell me a joke.".to_owned(),
        }],
        parameters: serde_json::from_str(r#"{"maxTokens": 1000}"#).unwrap(),
        response_schema: None,
    }
}

/// A run of `openai` against a base URL.
pub fn begin(base_url: &str, timeouts: Timeouts) -> Run {
    let endpoint = endpoint(ConnectionKind::Openai, base_url);
    run(&client(), &endpoint, &request("gpt"), timeouts)
}

/// Goes on to the end, and sees that the pieces are the whole.
pub async fn to_the_end(mut run: Run) -> Outcome {
    let (mut text, mut reasoning, mut refusal) = (String::new(), String::new(), String::new());
    while let Some(delta) = run.next().await {
        match delta {
            Delta::Text(piece) => text.push_str(&piece),
            Delta::Reasoning(piece) => reasoning.push_str(&piece),
            Delta::Refusal(piece) => refusal.push_str(&piece),
        }
    }
    assert_eq!(run.next().await, None);
    let outcome = run.finish();
    let answer = &outcome.answer;
    // What came of an attempt that was repeated is of no answer; nothing did.
    assert_eq!(
        (&text, &reasoning, &refusal),
        (&answer.text, &answer.reasoning, &answer.refusal)
    );
    outcome
}

/// The code and message of a run that failed.
pub fn failure(outcome: &Outcome) -> (Code, String) {
    match &outcome.ending {
        Ending::Failed(failure) => (failure.code, failure.message.clone()),
        other => panic!("{other:?}: {:?}", outcome.answer),
    }
}
