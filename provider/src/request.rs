//! What a model is asked, whichever wire it goes over.

use domain::prompt::{Message, Parameters};
use serde_json::Value;

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The model's name, sent exactly as it is written.
    pub model: String,
    /// The messages, in their order.
    pub messages: Vec<Message>,
    /// How to answer.
    pub parameters: Parameters,
    /// The JSON schema that the answer has to keep to.
    pub response_schema: Option<Value>,
}
