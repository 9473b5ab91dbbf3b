//! What a model answered, as far as it came.

use domain::TokenUsage;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A piece of an answer, in the order in which they arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Of the text.
    Text(String),
    /// Of the reasoning that the provider shows.
    Reasoning(String),
    /// Of a refusal to answer.
    Refusal(String),
}

/// A tool that the model wants called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The provider's identifier of the call, where it gives one.
    pub id: Option<String>,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them; JSON, unless it erred.
    pub arguments: String,
}

/// Token counts by class, each absent where it was not reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The counts as OpenTelemetry defines them, whatever the provider's own rule is.
    pub usage: TokenUsage,
    /// Of the tokens written to the cache those that stay for five minutes.
    pub cache_write_5m: Option<i64>,
    /// Of the tokens written to the cache those that stay for an hour.
    pub cache_write_1h: Option<i64>,
}

/// What a model answered, as far as it came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// The reasoning that the provider shows.
    pub reasoning: String,
    /// A refusal to answer, where the provider tells it apart from text.
    pub refusal: String,
    /// Tools that the model wants called.
    pub tool_calls: Vec<ToolCall>,
    /// Why the answer ended, in the provider's own word.
    pub finish_reason: Option<String>,
    /// The model that answered, as the provider names it.
    pub response_model: Option<String>,
    /// The service tier that the provider reports.
    pub service_tier: Option<String>,
    /// The provider's identifier of the request: from its header, or else of the answer.
    pub provider_request_id: Option<String>,
    /// The provider's usage object, as it was given; of several reports the members as they were given last.
    pub usage: Option<Map<String, Value>>,
    /// The token counts that it holds.
    pub tokens: Tokens,
}

impl Answer {
    /// Whether nothing was generated or charged for, so that asking again does nothing twice.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.reasoning.is_empty()
            && self.refusal.is_empty()
            && self.tool_calls.is_empty()
            && self.usage.is_none()
    }

    /// Adds a piece to what is there.
    pub(crate) fn push(&mut self, delta: Delta, deltas: &mut impl Extend<Delta>) {
        let (whole, piece) = match &delta {
            Delta::Text(piece) => (&mut self.text, piece),
            Delta::Reasoning(piece) => (&mut self.reasoning, piece),
            Delta::Refusal(piece) => (&mut self.refusal, piece),
        };
        if !piece.is_empty() {
            whole.push_str(piece);
            deltas.extend([delta]);
        }
    }
}

/// Sets a text that the provider gave.
pub(crate) fn note(place: &mut Option<String>, text: Option<&str>) {
    if let Some(text) = text
        && place.as_deref() != Some(text)
    {
        *place = Some(text.to_owned());
    }
}
