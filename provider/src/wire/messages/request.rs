//! What is sent.

use crate::request::Request;
use crate::wire::body::{set, stop};
use domain::prompt::Role;
use serde_json::{Map, Value, json};

/// The request's body without `extra`. System messages stand apart there, joined by a blank line.
pub fn body(request: &Request) -> Map<String, Value> {
    let (system, messages): (Vec<_>, Vec<_>) = request
        .messages
        .iter()
        .partition(|message| message.role == Role::System);
    let system: Vec<&str> = system.iter().map(|message| message.text.as_str()).collect();
    let messages: Vec<Value> = messages
        .iter()
        .map(|message| json!({"role": message.role.as_str(), "content": message.text}))
        .collect();
    let parameters = &request.parameters;
    let schema = request.response_schema.as_ref();
    let mut output = Map::new();
    set(&mut output, "effort", parameters.reasoning_effort.as_deref());
    set(
        &mut output,
        "format",
        schema.map(|schema| json!({"type": "json_schema", "schema": schema})),
    );
    let mut body = Map::new();
    set(&mut body, "model", Some(request.model.as_str()));
    set(
        &mut body,
        "system",
        (!system.is_empty()).then(|| system.join("\n\n")),
    );
    set(&mut body, "messages", Some(messages));
    set(&mut body, "max_tokens", parameters.max_tokens);
    set(&mut body, "temperature", parameters.temperature.clone());
    set(&mut body, "top_p", parameters.top_p.clone());
    set(&mut body, "stop_sequences", stop(&parameters.stop));
    set(&mut body, "output_config", (!output.is_empty()).then_some(output));
    set(&mut body, "stream", Some(true));
    body
}
