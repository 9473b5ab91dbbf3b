//! What an answer says, read from its bytes in the plainest way, without anything of the crate's own decoders.

use domain::ConnectionKind;
use serde_json::Value;
use std::collections::BTreeMap;

/// What an answer says.
#[derive(Debug, Default, PartialEq)]
pub struct Expected {
    pub text: String,
    pub reasoning: String,
    /// Identifier, name and arguments, which are compared as JSON.
    pub tool_calls: Vec<(Option<String>, String, Value)>,
    pub finish_reason: Option<String>,
    pub model: Option<String>,
    pub service_tier: Option<String>,
    /// Input, output, read from and written to the cache, reasoning.
    pub tokens: [Option<i64>; 5],
    /// The usage object, null where there is none.
    pub usage: Value,
}

/// The frames of a body: its events, or itself.
fn frames(body: &str) -> Vec<Value> {
    if body.trim_start().starts_with(['{', '[']) {
        return vec![serde_json::from_str(body).unwrap()];
    }
    let lines = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let events = lines.filter(|data| *data != "[DONE]");
    events.map(|data| serde_json::from_str(data).unwrap()).collect()
}

pub fn of(kind: ConnectionKind, body: &[u8]) -> Expected {
    let frames = frames(std::str::from_utf8(body).unwrap());
    match kind {
        ConnectionKind::Anthropic => messages(&frames),
        ConnectionKind::Gemini => gemini(&frames),
        ConnectionKind::Openai | ConnectionKind::Demo => chat(&frames),
    }
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn some(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn arguments(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn sum(counts: &[&Value]) -> Option<i64> {
    counts
        .iter()
        .filter_map(|count| count.as_i64())
        .reduce(|a, b| a + b)
}

fn chat(frames: &[Value]) -> Expected {
    let mut expected = Expected::default();
    let mut calls: BTreeMap<i64, (Option<String>, String, String)> = BTreeMap::new();
    for frame in frames {
        expected.model = some(&frame["model"]).or(expected.model);
        expected.service_tier = some(&frame["service_tier"]).or(expected.service_tier);
        let choice = &frame["choices"][0];
        expected.finish_reason = some(&choice["finish_reason"]).or(expected.finish_reason);
        for said in [&choice["delta"], &choice["message"]] {
            expected.text.push_str(&words(&said["content"]));
            expected.reasoning.push_str(&words(&said["reasoning"]));
            for (place, call) in said["tool_calls"].as_array().into_iter().flatten().enumerate() {
                let known = calls
                    .entry(call["index"].as_i64().unwrap_or(place as i64))
                    .or_default();
                known.0 = some(&call["id"]).or(known.0.take());
                known.1.push_str(&words(&call["function"]["name"]));
                known.2.push_str(&words(&call["function"]["arguments"]));
            }
            if said["function_call"].is_object() {
                let known = calls.entry(-1).or_default();
                known.1.push_str(&words(&said["function_call"]["name"]));
                known.2.push_str(&words(&said["function_call"]["arguments"]));
            }
        }
        let usage = &frame["usage"];
        if usage.is_object() {
            expected.usage = usage.clone();
            expected.tokens = [
                usage["prompt_tokens"].as_i64(),
                usage["completion_tokens"].as_i64(),
                usage["prompt_tokens_details"]["cached_tokens"].as_i64(),
                None,
                usage["completion_tokens_details"]["reasoning_tokens"].as_i64(),
            ];
        }
    }
    let calls = calls.into_values();
    expected.tool_calls = calls
        .map(|(id, name, text)| (id, name, arguments(&text)))
        .collect();
    expected
}

fn messages(frames: &[Value]) -> Expected {
    let mut expected = Expected::default();
    let mut usage = Value::Null;
    for frame in frames {
        let message = if frame["message"].is_object() {
            &frame["message"]
        } else {
            frame
        };
        expected.model = some(&message["model"]).or(expected.model);
        let reason = [&message["stop_reason"], &frame["delta"]["stop_reason"]];
        expected.finish_reason = reason.into_iter().find_map(some).or(expected.finish_reason);
        for block in message["content"].as_array().into_iter().flatten() {
            expected.text.push_str(&words(&block["text"]));
        }
        expected.text.push_str(&words(&frame["delta"]["text"]));
        for (name, count) in message["usage"].as_object().into_iter().flatten() {
            usage[name] = count.clone();
        }
    }
    expected.service_tier = some(&usage["service_tier"]);
    let (read, written) = (
        &usage["cache_read_input_tokens"],
        &usage["cache_creation_input_tokens"],
    );
    expected.tokens = [
        sum(&[&usage["input_tokens"], read, written]),
        usage["output_tokens"].as_i64(),
        read.as_i64(),
        written.as_i64(),
        None,
    ];
    expected.usage = usage;
    expected
}

fn gemini(frames: &[Value]) -> Expected {
    let mut expected = Expected::default();
    for frame in frames {
        expected.model = some(&frame["modelVersion"]).or(expected.model);
        let candidate = &frame["candidates"][0];
        expected.finish_reason = some(&candidate["finishReason"]).or(expected.finish_reason);
        for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
            if part["thought"] == true {
                expected.reasoning.push_str(&words(&part["text"]));
            } else {
                expected.text.push_str(&words(&part["text"]));
            }
            let call = &part["functionCall"];
            if call.is_object() {
                let call = (some(&call["id"]), words(&call["name"]), call["args"].clone());
                expected.tool_calls.push(call);
            }
        }
        let usage = &frame["usageMetadata"];
        expected.service_tier = some(&usage["serviceTier"]).or(expected.service_tier);
        expected.usage = usage.clone();
        let thoughts = &usage["thoughtsTokenCount"];
        expected.tokens = [
            sum(&[&usage["promptTokenCount"], &usage["toolUsePromptTokenCount"]]),
            sum(&[&usage["candidatesTokenCount"], thoughts]),
            usage["cachedContentTokenCount"].as_i64(),
            None,
            thoughts.as_i64(),
        ];
    }
    expected
}
