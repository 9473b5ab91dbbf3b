//! One run of an agent, recorded whole: the small summary that lists need, and the large, private payload.

use crate::{AgentId, ApiKeyId, ExecutionId, NanoDollars, Source, Status, Timestamp, TokenUsage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What lists, counts and charts need of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionSummary {
    /// Unique in the organization.
    pub execution_id: ExecutionId,
    /// The agent that ran.
    pub agent_id: AgentId,
    /// How it stands.
    pub status: Status,
    /// Where it was started from.
    pub source: Source,
    /// Start of the run.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub executed_at: Timestamp,
    /// Time from request to response, in milliseconds.
    pub latency_ms: Option<i64>,
    /// Token counts.
    #[serde(flatten)]
    pub tokens: TokenUsage,
    /// Cost in US dollars; unknown is null, never 0.
    #[serde(rename = "costUSD")]
    pub cost: Option<NanoDollars>,
    /// Model that answered.
    pub model: Option<String>,
    /// Provider of the model, such as `openai`.
    pub provider: Option<String>,
    /// Label of the prompt's version, such as `V3`.
    pub version: Option<String>,
    /// Stable name of the error, such as `RATE_LIMIT_EXCEEDED`.
    pub error_code: Option<String>,
    /// Who triggered it.
    pub executed_by: Option<String>,
    /// Public half of the API key that was used.
    pub api_key_id: Option<ApiKeyId>,
}

#[cfg(any(test, feature = "testing"))]
impl ExecutionSummary {
    /// A success at the beginning of 1970, for tests: what may be unknown of it is.
    pub fn example(execution_id: ExecutionId, agent_id: AgentId) -> Self {
        Self {
            execution_id,
            agent_id,
            status: Status::Success,
            source: Source::Api,
            executed_at: Timestamp::UNIX_EPOCH,
            latency_ms: None,
            tokens: TokenUsage::default(),
            cost: None,
            model: None,
            provider: None,
            version: None,
            error_code: None,
            executed_by: None,
            api_key_id: None,
        }
    }
}

/// The private part of an execution: compressed and encrypted at rest, never in a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payload {
    /// Sampling temperature as sent.
    pub temperature: Option<f64>,
    /// Variables that were given, in their order.
    #[serde(default, deserialize_with = "crate::members::object")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub input_variables: Option<Map<String, Value>>,
    /// System prompt as sent.
    pub system_prompt: Option<String>,
    /// User prompt as sent, with the variables put in.
    pub user_prompt: Option<String>,
    /// The answer, as text.
    pub output_text: Option<String>,
    /// What went wrong, in words.
    pub error_message: Option<String>,
    /// Address of the caller.
    pub ip_address: Option<String>,
    /// Program of the caller.
    pub user_agent: Option<String>,
    /// Whatever else the caller wants kept.
    #[serde(default, deserialize_with = "crate::members::object")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Map<String, Value>>,
}

/// An execution, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Execution {
    /// The small part.
    #[serde(flatten)]
    pub summary: ExecutionSummary,
    /// The private part.
    #[serde(flatten)]
    pub payload: Payload,
}
