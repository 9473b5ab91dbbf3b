//! The kind `demo`: answers without a network, so that everything can be tried before there is a key, and fails in each
//! way that a provider can.
//!
//! It speaks Chat Completions within the process, so what it says goes through the same decoder, retries and limits as
//! any other answer. What it does is told by the model's name:
//!
//! | model | what happens |
//! |---|---|
//! | `demo` | answers, about 25 words a second |
//! | `demo-slow` | the same, two words a second |
//! | `demo-rate-limited` | 429, asks to wait for a minute: `RATE_LIMIT_EXCEEDED` |
//! | `demo-quota` | 429, nothing left to pay with: `INSUFFICIENT_QUOTA` |
//! | `demo-unavailable` | 503 each time: `PROVIDER_UNAVAILABLE` after three requests |
//! | `demo-too-long` | 400: `CONTEXT_LENGTH_EXCEEDED` |
//! | `demo-filtered` | begins, and is stopped by a filter: `CONTENT_FILTERED` |
//! | `demo-invalid-request` | 400: `INVALID_REQUEST` |
//! | `demo-invalid-key` | 401: `AUTHENTICATION_FAILED` |
//! | `demo-forbidden` | 403: `PERMISSION_DENIED` |
//! | `demo-network` | no connection, each time: `NETWORK` after three requests |
//! | `demo-broken` | begins, and the stream breaks: `STREAM_BROKEN` |
//! | `demo-timeout` | begins, and ends after three seconds as a silent provider does after long: `READ_TIMEOUT` |
//! | `demo-silent` | begins, and says nothing more, until it is stopped or a limit ends it |
//! | any other | 404: `INVALID_MODEL` |
//!
//! The text is made of the prompt alone, so the same prompt gets the same answer. The usage counts four characters of the
//! prompt, and each word of the answer, as a token; `max_tokens` is kept to. Other parameters and schemas are ignored.

use crate::failure::{Code, Failure};
use crate::refusal;
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::future::pending;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Every model of the demo, the ordinary one first.
pub const MODELS: [&str; 14] = [
    "demo",
    "demo-slow",
    "demo-rate-limited",
    "demo-quota",
    "demo-unavailable",
    "demo-too-long",
    "demo-filtered",
    "demo-invalid-request",
    "demo-invalid-key",
    "demo-forbidden",
    "demo-network",
    "demo-broken",
    "demo-timeout",
    "demo-silent",
];

/// The pause before each word.
const PAUSE: Duration = Duration::from_millis(40);
const SLOW_PAUSE: Duration = Duration::from_millis(500);
/// How long `demo-timeout` is silent.
const SILENCE: Duration = Duration::from_secs(3);
/// Words that are said before something goes wrong.
const WORDS_BEFORE: usize = 8;
/// Most of the prompt that the answer repeats, in characters.
const MAX_QUOTED: usize = 280;
/// Characters of a token, about.
const TOKEN: usize = 4;

/// An answer that has begun.
#[derive(Debug)]
pub struct DemoAnswer {
    pieces: VecDeque<(Duration, Piece)>,
    /// When the next piece is due, once it is waited for.
    due: Option<Instant>,
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    Failure(Failure),
    Silence,
}

impl DemoAnswer {
    /// The next bytes of the answer; `None` at its end. A call that is dropped loses nothing.
    ///
    /// # Errors
    /// The answer breaks off, as the model was told to.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some((pause, _)) = self.pieces.front() else {
            return Ok(None);
        };
        sleep_until(*self.due.get_or_insert_with(|| Instant::now() + *pause)).await;
        if let Some((_, Piece::Silence)) = self.pieces.front() {
            pending::<()>().await;
        }
        self.due = None;
        match self.pieces.pop_front() {
            Some((_, Piece::Bytes(bytes))) => Ok(Some(bytes)),
            Some((_, Piece::Failure(failure))) => Err(failure),
            _ => Ok(None),
        }
    }
}

/// Answers a request of Chat Completions.
///
/// # Errors
/// The model refuses, as its name says.
pub fn answer(body: &[u8]) -> Result<DemoAnswer, Failure> {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let model = request["model"].as_str().unwrap_or_default();
    if let Some(failure) = refused(model) {
        return Err(failure);
    }
    let pause = if model == "demo-slow" { SLOW_PAUSE } else { PAUSE };
    let text = text(&request);
    let mut words: Vec<&str> = text.split_inclusive(' ').collect();
    let whole = words.len();
    words.truncate(most_words(&request).unwrap_or(whole));
    let reason = if words.len() < whole { "length" } else { "stop" };
    let usage = usage(&request, words.len());

    let said = |words: &[&str]| {
        words
            .iter()
            .map(|word| (pause, event(&json!({"content": word}), None)))
            .collect()
    };
    let before = words.get(..WORDS_BEFORE).unwrap_or(&words);
    let fails =
        |after: Duration, code: Code, message: &str| (after, Piece::Failure(Failure::new(code, message)));
    let mut pieces: VecDeque<_>;
    match model {
        "demo-filtered" => {
            pieces = said(before);
            pieces.extend(ending("content_filter", &usage));
        }
        "demo-broken" => {
            pieces = said(before);
            pieces.push_back(fails(pause, Code::StreamBroken, "The demo broke its stream off."));
        }
        "demo-timeout" => {
            pieces = said(before);
            pieces.push_back(fails(
                SILENCE,
                Code::ReadTimeout,
                "The demo fell silent, as it was told to.",
            ));
        }
        "demo-silent" => {
            pieces = said(before);
            pieces.push_back((pause, Piece::Silence));
        }
        _ => {
            pieces = said(&words);
            pieces.extend(ending(reason, &usage));
        }
    }
    Ok(DemoAnswer { pieces, due: None })
}

/// How a model refuses that never answers.
fn refused(model: &str) -> Option<Failure> {
    let (status, code, wait, message) = match model {
        "demo-network" => return Some(Failure::new(Code::Network, "The demo made no connection.")),
        "demo-rate-limited" => (
            429,
            "rate_limit_exceeded",
            Some(60),
            "The demo takes no more requests for a minute.",
        ),
        "demo-quota" => (
            429,
            "insufficient_quota",
            None,
            "The demo has nothing left to pay with.",
        ),
        "demo-unavailable" => (503, "server_error", None, "The demo is overloaded."),
        "demo-too-long" => (
            400,
            "context_length_exceeded",
            None,
            "The prompt is longer than the demo takes.",
        ),
        "demo-invalid-request" => (400, "invalid_value", None, "The demo does not take this request."),
        "demo-invalid-key" => (
            401,
            "invalid_api_key",
            None,
            "The demo does not know this API key.",
        ),
        "demo-forbidden" => (
            403,
            "permission_denied",
            None,
            "The API key may not use the demo.",
        ),
        known if MODELS.contains(&known) => return None,
        _ => (
            404,
            "model_not_found",
            None,
            "The demo has no such model; its models are ",
        ),
    };
    let models = if status == 404 {
        MODELS.join(", ")
    } else {
        String::new()
    };
    let body = json!({"error": {"message": format!("{message}{models}"), "code": code}});
    let wait = wait.map(Duration::from_secs);
    Some(refusal::of_answer(status, body.to_string().as_bytes(), wait))
}

/// What the demo says to a prompt.
fn text(request: &Value) -> String {
    let texts: Vec<&str> = texts(request).collect();
    let letters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let last = texts.last().copied().unwrap_or_default();
    let mut quoted: String = last.chars().take(MAX_QUOTED).collect();
    if quoted.len() < last.len() {
        quoted.push('…');
    }
    let messages = match texts.len() {
        1 => "one message".to_owned(),
        count => format!("{count} messages"),
    };
    format!(
        "This is the demo model of Agent Ledger: it answers without a network, and understands nothing. You sent \
         {messages} with {letters} characters in all. The last one reads: {quoted}"
    )
}

fn texts(request: &Value) -> impl Iterator<Item = &str> {
    let messages = request["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["content"].as_str())
}

fn most_words(request: &Value) -> Option<usize> {
    let limit = ["max_completion_tokens", "max_tokens"]
        .iter()
        .find_map(|name| request.get(*name)?.as_u64())?;
    usize::try_from(limit).ok()
}

fn usage(request: &Value, words: usize) -> Value {
    let prompt: usize = texts(request)
        .map(|text| text.chars().count().div_ceil(TOKEN))
        .sum();
    json!({"prompt_tokens": prompt, "completion_tokens": words, "total_tokens": prompt + words})
}

/// What follows the last word.
fn ending(reason: &str, usage: &Value) -> [(Duration, Piece); 3] {
    let usage = json!({"object": "chat.completion.chunk", "model": "demo", "choices": [], "usage": usage});
    [
        event(&json!({}), Some(reason)),
        bytes(&usage.to_string()),
        bytes("[DONE]"),
    ]
    .map(|piece| (Duration::ZERO, piece))
}

fn event(delta: &Value, reason: Option<&str>) -> Piece {
    let chunk = json!({
        "object": "chat.completion.chunk",
        "model": "demo",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    });
    bytes(&chunk.to_string())
}

fn bytes(data: &str) -> Piece {
    Piece::Bytes(format!("data: {data}\n\n").into())
}
