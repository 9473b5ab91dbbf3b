//! Which parameters a kind of connection takes, and what `extra` may hold.

use crate::request::Request;
use crate::wire::{chat, gemini, messages};
use domain::problem::short_name;
use domain::prompt::Parameters;
use domain::{ConnectionKind, FieldError};
use serde_json::{Map, Value};

/// The names of the token limit in `extra`, as paths.
const fn limits(kind: ConnectionKind) -> &'static [&'static str] {
    match kind {
        ConnectionKind::Openai | ConnectionKind::Demo => &["max_completion_tokens", "max_tokens"],
        ConnectionKind::Anthropic => &["max_tokens"],
        ConnectionKind::Gemini => &["generationConfig.maxOutputTokens"],
    }
}

/// What every request has, as paths: `extra` may not name it.
const fn sent(kind: ConnectionKind) -> &'static [&'static str] {
    match kind {
        ConnectionKind::Openai | ConnectionKind::Demo => &["model", "messages", "stream", "stream_options"],
        ConnectionKind::Anthropic => &["model", "messages", "system", "stream"],
        ConnectionKind::Gemini => &["model", "contents", "systemInstruction"],
    }
}

/// What asks for several answers, as paths.
const fn several(kind: ConnectionKind) -> &'static [&'static str] {
    match kind {
        ConnectionKind::Openai | ConnectionKind::Demo => &["n"],
        ConnectionKind::Anthropic => &[],
        ConnectionKind::Gemini => &["generationConfig.candidateCount"],
    }
}

/// The request's body without `extra`, as the kind has it.
pub(crate) fn body(kind: ConnectionKind, provider: Option<&str>, request: &Request) -> Map<String, Value> {
    match kind {
        ConnectionKind::Openai | ConnectionKind::Demo => chat::body(request, provider),
        ConnectionKind::Anthropic => messages::body(request),
        ConnectionKind::Gemini => gemini::body(request),
    }
}

/// Most tokens of an answer: `max_tokens`, or the kind's own name for it in `extra`; of two there the larger.
pub fn max_tokens(kind: ConnectionKind, parameters: &Parameters) -> Option<u64> {
    let further = limits(kind).iter().filter_map(|path| at(&parameters.extra, path));
    parameters
        .max_tokens
        .or_else(|| further.filter_map(Value::as_u64).max())
}

/// Names what cannot be sent over that kind of connection, each with its path, such as `parameters.extra.n`:
/// parameters that the kind has no field for, a token limit that is missing, no whole number or given twice, and fields
/// of `extra` that we send or that ask for several answers. Whether a model takes a value is for the provider to say.
pub fn check(
    kind: ConnectionKind,
    parameters: &Parameters,
    response_schema: Option<&Value>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong =
        |path: &str, detail: String| errors.push(FieldError::new(format!("parameters.{path}"), detail));
    if kind == ConnectionKind::Anthropic && parameters.seed.is_some() {
        wrong("seed", "is nothing that anthropic has a field for".to_owned());
    }
    check_limit(kind, parameters, &mut wrong);
    let extra = &parameters.extra;
    for path in sent(kind).iter().filter(|path| at(extra, path).is_some()) {
        wrong(
            &format!("extra.{path}"),
            "is a field that Agent Ledger sends itself".to_owned(),
        );
    }
    for path in several(kind).iter().filter(|path| at(extra, path).is_some()) {
        wrong(
            &format!("extra.{path}"),
            "asks for several answers; an execution has one".to_owned(),
        );
    }
    if kind == ConnectionKind::Gemini {
        check_spelling(extra, &mut wrong);
    }
    let typed = Request {
        model: String::new(),
        messages: Vec::new(),
        parameters: parameters.clone(),
        response_schema: response_schema.cloned(),
    };
    let mut twice = Vec::new();
    overlaps(&body(kind, None, &typed), extra, "", &mut twice);
    let known = [sent(kind), limits(kind)].concat();
    for path in twice.iter().filter(|path| !known.contains(&path.as_str())) {
        wrong(
            &format!("extra.{path}"),
            "is sent already, for a parameter or the response schema".to_owned(),
        );
    }
    errors
}

/// The token limit is a whole number, given once, and there where the kind asks for one.
fn check_limit(kind: ConnectionKind, parameters: &Parameters, wrong: &mut impl FnMut(&str, String)) {
    if parameters.max_tokens == Some(0) {
        wrong("maxTokens", "must be 1 at least".to_owned());
    }
    let mut given = parameters.max_tokens.map(|_| "maxTokens".to_owned());
    for path in limits(kind) {
        let Some(value) = at(&parameters.extra, path) else {
            continue;
        };
        let path = format!("extra.{path}");
        match &given {
            Some(first) => wrong(&path, format!("is a second token limit beside {first}")),
            None if value.as_u64().is_none_or(|limit| limit == 0) => {
                wrong(&path, "must be a whole number, 1 at least".to_owned());
            }
            None => {}
        }
        given.get_or_insert(path);
    }
    if kind == ConnectionKind::Anthropic && given.is_none() {
        wrong(
            "maxTokens",
            "must be given: anthropic answers no request without it".to_owned(),
        );
    }
}

/// Gemini takes its fields in two spellings; only the documented one is known here, lest `candidate_count` passes.
fn check_spelling(extra: &Map<String, Value>, wrong: &mut impl FnMut(&str, String)) {
    let config = extra.get("generationConfig").and_then(Value::as_object);
    let inner = config.into_iter().flat_map(Map::keys);
    let paths = inner.map(|name| ("generationConfig.", name));
    for (within, name) in extra.keys().map(|name| ("", name)).chain(paths) {
        if name.contains('_') {
            wrong(
                &format!("extra.{within}{}", short_name(name)),
                "must be written in lowerCamelCase, as Gemini's documents do".to_owned(),
            );
        }
    }
}

/// The value at a path of names joined by dots.
fn at<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((name, rest)) => at(object.get(name)?.as_object()?, rest),
        None => object.get(path),
    }
}

/// Paths that both objects have a value for, unless both values are objects.
fn overlaps(body: &Map<String, Value>, extra: &Map<String, Value>, within: &str, paths: &mut Vec<String>) {
    for (name, value) in extra {
        match (body.get(name), value) {
            (Some(Value::Object(body)), Value::Object(extra)) => {
                overlaps(body, extra, &format!("{within}{name}."), paths);
            }
            (Some(_), _) => paths.push(format!("{within}{name}")),
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ConnectionKind::{Anthropic, Demo, Gemini, Openai};
    use serde_json::json;

    fn parameters(json: Value) -> Parameters {
        serde_json::from_value(json).unwrap()
    }

    fn wrong(kind: ConnectionKind, json: Value) -> Vec<String> {
        let errors = check(kind, &parameters(json), None);
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_a_kind_takes_passes() {
        let all = json!({
            "temperature": 0.5, "maxTokens": 10, "topP": 1, "stop": ["a"], "reasoningEffort": "low",
            "extra": {"user": "u", "tools": [], "metadata": {"a": 1}},
        });
        for kind in [Openai, Anthropic, Gemini, Demo] {
            assert_eq!(wrong(kind, all.clone()), [""; 0], "{kind:?}");
        }
        assert_eq!(
            wrong(Openai, json!({"seed": 1, "extra": {"response_format": {}}})),
            [""; 0]
        );
        assert_eq!(
            wrong(
                Gemini,
                json!({"topP": 1, "extra": {"generationConfig": {"topK": 5}}})
            ),
            [""; 0]
        );
        assert_eq!(wrong(Anthropic, json!({"extra": {"max_tokens": 9}})), [""; 0]);
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        assert_eq!(
            wrong(Anthropic, json!({"seed": 1})),
            ["parameters.seed", "parameters.maxTokens"]
        );
        assert_eq!(
            wrong(
                Openai,
                json!({"extra": {"n": 2, "stream": false, "model": "x", "stream_options": {"a": 1}}})
            ),
            [
                "parameters.extra.model",
                "parameters.extra.stream",
                "parameters.extra.stream_options",
                "parameters.extra.n"
            ]
        );
        assert_eq!(
            wrong(
                Gemini,
                json!({"temperature": 1, "extra": {"contents": [],
                "generationConfig": {"candidateCount": 2, "temperature": 2, "top_k": 3}, "safety_settings": []}})
            ),
            [
                "parameters.extra.contents",
                "parameters.extra.generationConfig.candidateCount",
                "parameters.extra.safety_settings",
                "parameters.extra.generationConfig.top_k",
                "parameters.extra.generationConfig.temperature"
            ]
        );
        assert_eq!(
            wrong(Openai, json!({"temperature": 1, "extra": {"temperature": 2}})),
            ["parameters.extra.temperature"]
        );
    }

    #[test]
    fn a_schema_is_sent_once() {
        let extra = parameters(json!({"extra": {"response_format": {"type": "json_object"}}}));
        let errors = check(Openai, &extra, Some(&json!({"type": "object"})));
        assert_eq!(errors[0].field, "parameters.extra.response_format.type");
    }

    #[test]
    fn there_is_one_token_limit() {
        let twice = json!({"maxTokens": 5, "extra": {"max_tokens": 5, "max_completion_tokens": 5}});
        assert_eq!(
            wrong(Openai, twice),
            [
                "parameters.extra.max_completion_tokens",
                "parameters.extra.max_tokens"
            ]
        );
        assert_eq!(
            wrong(Openai, json!({"extra": {"max_tokens": "5"}})),
            ["parameters.extra.max_tokens"]
        );
        assert_eq!(wrong(Openai, json!({"maxTokens": 0})), ["parameters.maxTokens"]);
        let limit = |kind, json| max_tokens(kind, &parameters(json));
        assert_eq!(
            limit(Openai, json!({"extra": {"max_completion_tokens": 7}})),
            Some(7)
        );
        assert_eq!(
            limit(
                Gemini,
                json!({"extra": {"generationConfig": {"maxOutputTokens": 8}}})
            ),
            Some(8)
        );
        assert_eq!(limit(Anthropic, json!({"maxTokens": 9})), Some(9));
        assert_eq!(limit(Anthropic, json!({})), None);
    }
}
