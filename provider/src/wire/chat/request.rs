//! What is sent.

use crate::request::Request;
use crate::wire::body::{set, stop};
use serde_json::{Map, Value, json};

/// The request's body without `extra`. `provider` decides the name of the token limit: OpenAI and Azure refuse
/// `max_tokens` for newer models, and other servers know no other name.
pub fn body(request: &Request, provider: Option<&str>) -> Map<String, Value> {
    let messages = request.messages.iter();
    let messages: Vec<Value> = messages
        .map(|message| json!({"role": message.role.as_str(), "content": message.text}))
        .collect();
    let parameters = &request.parameters;
    let limit = match provider {
        Some("openai" | "azure") => "max_completion_tokens",
        _ => "max_tokens",
    };
    let schema = request.response_schema.as_ref();
    let format = schema.map(|schema| {
        json!({
            "type": "json_schema",
            "json_schema": {"name": "response", "strict": true, "schema": schema},
        })
    });
    let mut body = Map::new();
    set(&mut body, "model", Some(request.model.as_str()));
    set(&mut body, "messages", Some(messages));
    set(&mut body, "temperature", parameters.temperature.clone());
    set(&mut body, limit, parameters.max_tokens);
    set(&mut body, "top_p", parameters.top_p.clone());
    set(&mut body, "stop", stop(&parameters.stop));
    set(&mut body, "seed", parameters.seed);
    set(
        &mut body,
        "reasoning_effort",
        parameters.reasoning_effort.as_deref(),
    );
    set(&mut body, "response_format", format);
    set(&mut body, "stream", Some(true));
    set(&mut body, "stream_options", Some(json!({"include_usage": true})));
    body
}
