//! What is sent.

use crate::request::Request;
use crate::wire::body::{set, stop};
use domain::prompt::{Message, Role};
use serde_json::{Map, Value, json};

/// The request's body without `extra`. The model stands in the address; system messages are parts of one instruction.
pub fn body(request: &Request) -> Map<String, Value> {
    let part = |message: &Message| json!({"text": message.text});
    let (system, messages): (Vec<_>, Vec<_>) = request
        .messages
        .iter()
        .partition(|message| message.role == Role::System);
    let contents: Vec<Value> = messages
        .into_iter()
        .map(|message| {
            let role = match message.role {
                Role::Assistant => "model",
                Role::User | Role::System => "user",
            };
            json!({"role": role, "parts": [part(message)]})
        })
        .collect();
    let system: Vec<Value> = system.into_iter().map(part).collect();
    let mut body = Map::new();
    set(&mut body, "contents", Some(contents));
    set(
        &mut body,
        "systemInstruction",
        (!system.is_empty()).then(|| json!({"parts": system})),
    );
    let config = config(request);
    set(
        &mut body,
        "generationConfig",
        (!config.is_empty()).then_some(config),
    );
    body
}

fn config(request: &Request) -> Map<String, Value> {
    let parameters = &request.parameters;
    let effort = parameters.reasoning_effort.as_deref();
    let schema = request.response_schema.as_ref();
    let mut config = Map::new();
    set(&mut config, "temperature", parameters.temperature.clone());
    set(&mut config, "maxOutputTokens", parameters.max_tokens);
    set(&mut config, "topP", parameters.top_p.clone());
    set(&mut config, "stopSequences", stop(&parameters.stop));
    set(&mut config, "seed", parameters.seed);
    set(
        &mut config,
        "thinkingConfig",
        effort.map(|effort| json!({"thinkingLevel": effort})),
    );
    set(
        &mut config,
        "responseMimeType",
        schema.map(|_| "application/json"),
    );
    set(&mut config, "responseJsonSchema", schema.cloned());
    config
}
