//! The fields of an execution, as one records, amends and imports them.

use super::support::{is_told, now};
use domain::{
    Execution, ExecutionFields, ExecutionId, GivenExecution, fields::Defaults, problem::short_name, time,
};
use serde_json::{Value, json};

/// Whatever is taken is read back as it was given, from the answer as from the database; whatever is not names a field.
pub fn run(input: &[u8]) {
    let read = serde_json::from_slice::<GivenExecution>(input);
    let Ok(given) = serde_json::from_slice::<Value>(input) else {
        if let Ok(Err(errors)) = read.map(|read| ExecutionFields::parse_new(read, now())) {
            is_told(errors.told());
        }
        return;
    };
    // This name has a meaning for the reader of whole values that it is held against.
    if input.windows(12).any(|bytes| bytes == b"$serde_json:") {
        return;
    }
    assert!(read.is_ok(), "what is JSON is not read: {:?}", read.err());
    // Of a name that comes twice, both are named where it is no field's.
    if let Ok(Ok(fields)) = read.map(|read| ExecutionFields::parse(read, now())) {
        let whole = ExecutionFields::parse(given.clone(), now());
        assert_eq!(whole, Ok(fields), "read as a whole it says something else");
    }
    if let Err(errors) = ExecutionFields::parse(given.clone(), now()) {
        is_told(errors.told());
        named_in(errors.told(), &given);
    }
    let fields = match ExecutionFields::parse_new(given.clone(), now()) {
        Ok(fields) => fields,
        Err(errors) => {
            is_told(errors.told());
            named_in(errors.told(), &given);
            return;
        }
    };
    let Some(execution) = whole(fields.clone()) else {
        return;
    };
    let summary = &execution.summary;
    let kept = time::from_micros(summary.executed_at.timestamp_micros());
    assert_eq!(kept, summary.executed_at, "a database keeps another time");

    // As the detail tells it, and as somebody may then record it elsewhere.
    let answer = json!({"execution": execution}).to_string();
    let read = serde_json::from_str::<Value>(&answer).map(|mut answer| answer["execution"].take());
    assert!(read.is_ok(), "the answer cannot be read: {:?}", read.err());
    let again = ExecutionFields::parse_new(read.unwrap_or_default(), now()).map(whole);
    assert_eq!(
        again,
        Ok(Some(execution.clone())),
        "the answer says something else"
    );

    // As the store keeps the private part.
    let payload = serde_json::to_vec(&execution.payload).and_then(|json| serde_json::from_slice(&json));
    assert_eq!(payload.ok().as_ref(), Some(&execution.payload));

    assert_eq!(
        fields.amend(&execution),
        execution,
        "the same again changes something"
    );
}

/// With an identifier and a time of its own in place of the defaults, so that it is the same twice.
fn whole(fields: ExecutionFields) -> Option<Execution> {
    Some(fields.into_execution(Defaults {
        agent_id: "agent_1".parse().ok()?,
        execution_id: ExecutionId::try_from("exec_1".to_owned()).ok()?,
        now: now(),
        api_key_id: None,
        executed_by: None,
        ip_address: None,
        user_agent: None,
    }))
}

/// A wrong field is one that was given, or one that is missing.
fn named_in(errors: &[domain::FieldError], given: &Value) {
    for error in errors {
        let mut names = given
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| short_name(name));
        let is_given = error.field.is_empty() || names.any(|name| name == error.field);
        let is_missing =
            ["status", "tokensUsed", "inputTokens", "outputTokens"].contains(&error.field.as_str());
        assert!(is_given || is_missing, "{error:?} names what was not given");
    }
}
