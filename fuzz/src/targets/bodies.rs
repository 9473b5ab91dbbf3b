//! JSON bodies of the REST API beside executions.

use super::support::named;
use domain::{given::Bounds, problem::short_name};
use serde_json::Value;
use server::fuzzing as door;

/// Every call reads the body. What is taken holds nothing that a database cannot keep; what is not is named by fields that
/// were given, or are missing.
pub fn run(input: &[u8]) {
    let body = match door::read_json(input, Bounds::default()) {
        Ok(body) => body,
        Err(problem) => {
            assert!(named(&problem, 400).is_empty());
            return;
        }
    };
    let json = body.value();
    for (call, read) in door::BODIES {
        let Err(problem) = read(body.clone()) else {
            assert!(json.is_object(), "{call} takes what is no object");
            // A password is kept by its hash.
            let texts = json.as_object().into_iter().flatten();
            let mut texts = texts.filter(|(name, _)| !name.to_ascii_lowercase().contains("password"));
            assert!(!texts.any(|(_, value)| has_nul(value)), "{call} takes U+0000");
            continue;
        };
        let fields = named(&problem, 400);
        assert!(!fields.is_empty(), "{call} names nothing");
        for field in fields {
            let first = field.split('.').next().unwrap_or_default();
            let mut names = json
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| short_name(name));
            let is_given = first.is_empty() || names.any(|name| name == field) || json.get(first).is_some();
            let is_missing = json.get(&field).is_none_or(Value::is_null);
            assert!(is_given || is_missing && is_known(&field), "{call}: {field:?}");
        }
    }
}

/// Fields that a call may miss.
fn is_known(field: &str) -> bool {
    const REQUIRED: [&str; 12] = [
        "name",
        "model",
        "userPromptTemplate",
        "scopes",
        "role",
        "email",
        "executedBy",
        "currentPassword",
        "newPassword",
        "tokensUsed",
        "inputTokens",
        "outputTokens",
    ];
    REQUIRED.contains(&field)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(map) => map
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
