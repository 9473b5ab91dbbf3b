//! Input variables that differ from those of successes.

use super::{
    hint::{ENOUGH, Hint},
    link,
};
use crate::{Execution, Status, Timestamp, format::grouped};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Names that are kept apart; a history with more of them has no variables to argue from.
const MOST_NAMES: usize = 1_000;
/// Names that a sentence tells.
const TOLD: usize = 5;

/// In how many successes each variable was filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    successes: usize,
    filled: BTreeMap<String, usize>,
    oldest: Option<Timestamp>,
}

impl Variables {
    /// Takes one success in, the newest first.
    pub fn add(&mut self, executed_at: Timestamp, variables: Option<&Map<String, Value>>) {
        self.successes += 1;
        self.oldest = Some(executed_at);
        for (name, value) in variables.into_iter().flatten() {
            if is_filled(value) && (self.filled.len() < MOST_NAMES || self.filled.contains_key(name)) {
                *self.filled.entry(name.clone()).or_default() += 1;
            }
        }
    }
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// What was empty here and never in successes, and the other way round.
pub(super) fn differences(execution: &Execution, variables: &Variables) -> Vec<Hint> {
    let Variables {
        successes,
        filled,
        oldest,
    } = variables;
    let Some(oldest) = oldest.filter(|_| *successes >= ENOUGH && filled.len() < MOST_NAMES) else {
        return Vec::new();
    };
    let here = execution.payload.input_variables.as_ref();
    let given = |name: &str| here.and_then(|variables| variables.get(name));
    let always = filled.iter().filter(|(_, count)| *count == successes);
    let (mut empty, mut absent) = (Vec::new(), Vec::new());
    for (name, _) in always {
        match given(name) {
            Some(value) if is_filled(value) => {}
            Some(_) => empty.push(name.as_str()),
            None => absent.push(name.as_str()),
        }
    }
    let surplus: Vec<_> = here
        .into_iter()
        .flatten()
        .filter(|(name, value)| is_filled(value) && !filled.contains_key(name.as_str()))
        .map(|(name, _)| name.as_str())
        .collect();

    let told = grouped(*successes as u64);
    [
        (empty, "empty here, and filled in all of"),
        (absent, "not given here, and filled in all of"),
        (surplus, "filled here, and in none of"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, what)| Hint {
        message: format!("{} {what} the last {told} successes before it.", subject(&names)),
        evidence: link::link(
            "Show these successes",
            &crate::ExecutionQuery {
                statuses: [Status::Success].into_iter().collect(),
                ..link::until(oldest, execution.summary.executed_at)
            },
        ),
    })
    .collect()
}

/// `The variable “topic” was`, `The variables “a”, “b” and 3 more were`.
fn subject(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().take(TOLD).map(|name| format!("“{name}”")).collect();
    match (quoted.as_slice(), names.len().saturating_sub(TOLD)) {
        ([one], 0) => format!("The variable {one} was"),
        ([first @ .., last], 0) => format!("The variables {} and {last} were", first.join(", ")),
        (_, more) => format!("The variables {} and {more} more were", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Payload, time::parse_instant, troubleshooting::history::tests::execution};
    use serde_json::json;

    fn messages(here: Value, successes: &[(usize, Value)]) -> Vec<String> {
        let mut given = Variables::default();
        let at = parse_instant("2025-12-31T00:00:00Z").unwrap();
        for (count, variables) in successes {
            for _ in 0..*count {
                given.add(at, variables.as_object());
            }
        }
        let failed = Execution {
            summary: execution(Status::Failed, "2026-01-01T00:00:00Z"),
            payload: Payload {
                input_variables: here.as_object().cloned(),
                ..Default::default()
            },
        };
        differences(&failed, &given)
            .into_iter()
            .map(|hint| hint.message)
            .collect()
    }

    #[test]
    fn what_was_always_filled_and_is_not() {
        let filled = json!({"topic": "x", "tone": "dry", "flag": false, "sometimes": 1});
        let less = json!({"topic": "y", "tone": "warm", "flag": true, "sometimes": null});
        let successes = [(1_200, filled), (4, less)];
        assert_eq!(
            messages(json!({"topic": " ", "tone": [], "flag": true}), &successes),
            [
                "The variables “tone” and “topic” were empty here, and filled in all of the last 1,204 successes before it."
            ]
        );
        assert_eq!(
            messages(json!({"topic": "x", "flag": false}), &successes),
            [
                "The variable “tone” was not given here, and filled in all of the last 1,204 successes before it."
            ]
        );
        assert_eq!(
            messages(
                json!({"topic": "x", "tone": "dry", "flag": 1, "extra": 0}),
                &successes
            ),
            ["The variable “extra” was filled here, and in none of the last 1,204 successes before it."]
        );
    }

    #[test]
    fn too_little_says_nothing() {
        assert!(messages(json!({}), &[(19, json!({"topic": "x"}))]).is_empty());
        assert!(messages(json!({"topic": "x"}), &[(30, json!({"topic": "x"}))]).is_empty());
        let variables: Vec<_> = ["a", "b", "c", "d", "e", "f", "g"].to_vec();
        assert_eq!(
            subject(&variables),
            "The variables “a”, “b”, “c”, “d”, “e” and 2 more were"
        );
    }
}
