//! Bodies of recording and amending, described: `ExecutionFields` reads them field by field.
#![expect(
    dead_code,
    reason = "these types describe bodies; `ExecutionFields` reads them"
)]

use domain::{Source, Status};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Fields of an execution. Only `status` is required, and only when it is recorded; null is the same as absent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecutionFields {
    /// 1 to 64 of `A-Z a-z 0-9 _ -`, unique in the organization; ours unless given. It makes a repeat harmless.
    #[schema(example = "exec_xyz789", pattern = r"^[A-Za-z0-9_-]{1,64}$")]
    execution_id: Option<String>,
    /// How it stands. A `running` one can be finished later; every other status is final.
    status: Option<Status>,
    /// Where it was started from; `api` unless given.
    source: Option<Source>,
    /// Start of the run, not more than an hour ahead of the server's clock; now unless given.
    #[schema(value_type = Option<String>, format = DateTime, example = "2025-11-18T09:45:00Z")]
    executed_at: Option<String>,
    /// Time from request to response, in milliseconds.
    #[schema(minimum = 0, example = 1250)]
    latency_ms: Option<f64>,
    /// Tokens sent, cached ones included.
    #[schema(minimum = 0)]
    input_tokens: Option<i64>,
    /// Tokens received, reasoning included.
    #[schema(minimum = 0)]
    output_tokens: Option<i64>,
    /// Input tokens that came from the cache.
    #[schema(minimum = 0)]
    cache_read_tokens: Option<i64>,
    /// Input tokens that went into the cache.
    #[schema(minimum = 0)]
    cache_write_tokens: Option<i64>,
    /// Output tokens spent on reasoning.
    #[schema(minimum = 0)]
    reasoning_tokens: Option<i64>,
    /// All tokens: the sum of input and output, or alone where only the sum is known.
    #[schema(minimum = 0, example = 450)]
    tokens_used: Option<i64>,
    /// Cost in US dollars; absent means unknown, which is not 0.
    #[serde(rename = "costUSD")]
    #[schema(minimum = 0, maximum = 1_000_000, example = 0.0023)]
    cost: Option<f64>,
    /// Model that answered.
    #[schema(
        max_length = 200,
        example = "gemini-1.5-pro",
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"
    )]
    model: Option<String>,
    /// Label of the prompt's version.
    #[schema(max_length = 64, example = "V3", pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    version: Option<String>,
    /// Stable name of the error.
    #[schema(
        max_length = 200,
        example = "RATE_LIMIT_EXCEEDED",
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"
    )]
    error_code: Option<String>,
    /// Who triggered it.
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    executed_by: Option<String>,
    /// Sampling temperature.
    temperature: Option<f64>,
    /// Variables that were given, nested 100 levels deep at most, with 100,000 members at most unless the server is set to
    /// another number; nested ones and items of arrays count.
    #[schema(value_type = Option<Object>)]
    input_variables: Option<Map<String, Value>>,
    /// System prompt as sent.
    system_prompt: Option<String>,
    /// User prompt as sent.
    user_prompt: Option<String>,
    /// The answer.
    output_text: Option<String>,
    /// What went wrong, in words.
    error_message: Option<String>,
    /// Address of the caller; that of the request unless given.
    ip_address: Option<String>,
    /// Program of the caller; that of the request unless given.
    #[schema(max_length = 1000, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    user_agent: Option<String>,
    /// Whatever else is to be kept, nested 100 levels deep at most, with 100,000 members at most unless the server is set to
    /// another number; nested ones and items of arrays count.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// As an answer has it; read over whatever it is, so that what was read can be recorded elsewhere. So are the next
    /// three.
    #[schema(value_type = Value, required = false)]
    agent_id: Value,
    /// As an answer has it; read over.
    #[schema(value_type = Value, required = false)]
    api_key_id: Value,
    /// As an answer has it; read over.
    #[schema(value_type = Value, required = false)]
    troubleshooting_hints: Value,
    /// Whether the private part was gone where it was read; read over.
    #[schema(value_type = Value, required = false)]
    payload_expired: Value,
}

/// One execution, or up to 1,000.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum RecordBody {
    /// One.
    One(Box<ExecutionFields>),
    /// Several.
    Many(Vec<ExecutionFields>),
}
