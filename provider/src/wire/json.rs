//! Reading JSON that may hold anything: what is not as expected is absent.

use domain::tokens::MAX_TOKENS;
use serde_json::{Map, Value};

/// A member that is a text with letters in it.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The items of a member that is an array.
pub fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A member that is a number of tokens: whole, from 0 to `MAX_TOKENS`.
pub fn count(value: &Value, name: &str) -> Option<i64> {
    value
        .get(name)?
        .as_i64()
        .filter(|count| (0..=MAX_TOKENS).contains(count))
}

/// Lays a later report over an earlier one: its members take the place of those that they name, unless they are null.
pub fn overlay(report: &mut Map<String, Value>, later: &Map<String, Value>) {
    for (name, value) in later {
        if !value.is_null() || !report.contains_key(name) {
            report.insert(name.clone(), value.clone());
        }
    }
}
