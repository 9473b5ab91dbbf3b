//! Values as people read them, told apart by color.

use leptos::prelude::*;
use serde_json::{Map, Value};

/// An object as indented JSON.
pub fn pretty(object: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}

/// A value: a text between quotes with its line ends as they are, anything else as JSON.
pub fn value(value: &Value) -> impl IntoView + use<> {
    let (class, words) = match value {
        Value::String(text) => (Some("json-string"), format!("\"{text}\"")),
        Value::Number(number) => (Some("json-number"), number.to_string()),
        Value::Bool(_) | Value::Null => (Some("json-word"), value.to_string()),
        Value::Array(_) | Value::Object(_) => (None, serde_json::to_string_pretty(value).unwrap_or_default()),
    };
    view! { <span class=class>{words}</span> }
}
