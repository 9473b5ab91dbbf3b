//! Objects of JSON that are put together.

use serde_json::{Map, Value};

/// Sets a field where there is a value.
pub fn set(object: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

/// Puts the fields of `extra` into an object, objects into objects; what is there already gives way.
pub fn merge(object: &mut Map<String, Value>, extra: &Map<String, Value>) {
    for (name, value) in extra {
        match (object.get_mut(name), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value),
            _ => _ = object.insert(name.clone(), value.clone()),
        }
    }
}

/// The texts that end an answer; `None` where there are none.
pub fn stop(texts: &[String]) -> Option<Vec<Value>> {
    (!texts.is_empty()).then(|| texts.iter().map(|text| text.as_str().into()).collect())
}
