//! Output that is JSON, laid out for reading.

use super::support::text;
use domain::json_text::JsonText;
use serde_json::Value;

/// Deepest nesting that is laid out for certain.
const DEPTH: usize = 60;

/// It is laid out where it is an object or an array; laid out it says the same, and no letter of a value is another.
pub fn run(input: &[u8]) {
    let text = text(input);
    let value = serde_json::from_str::<Value>(&text).ok();
    let Some(read) = JsonText::parse(&text) else {
        let is_deep = text.bytes().filter(|byte| b"[{".contains(byte)).count() > DEPTH;
        let is_plain = value.is_none_or(|value| !value.is_object() && !value.is_array());
        assert!(is_plain || is_deep, "was left alone");
        return;
    };
    for written in [read.pretty(), read.compact()] {
        let again = JsonText::parse(&written);
        assert_eq!(again.as_ref().map(JsonText::pretty), Some(read.pretty()));
        assert_eq!(serde_json::from_str::<Value>(&written).ok(), value);
    }
    assert!(read.compact().len() <= 2 * text.len(), "grew");
}
