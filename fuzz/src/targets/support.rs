//! What targets share: how an input reads, and what a refusal has to say.

use domain::{FieldError, Timestamp, time};
use serde_json::Value;
use server::problem::Problem;
use std::borrow::Cow;

/// The input as text, as a server reads bytes that should be UTF-8.
pub(super) fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// The clock of every target, so that an input means the same tomorrow.
pub(super) fn now() -> Timestamp {
    time::from_micros(1_800_000_000_000_000)
}

/// A refusal says what is wrong and what would be right.
pub(super) fn is_told(errors: &[FieldError]) {
    assert!(!errors.is_empty(), "refused without a word");
    for error in errors {
        assert!(error.detail.len() > 5, "{error:?} helps nobody");
        assert!(error.detail.len() < 1_000, "{error:?} is too long");
    }
}

/// A refusal of the server as its client reads it.
pub(super) fn told(problem: &Problem) -> Value {
    serde_json::to_value(problem).unwrap_or_default()
}

/// The fields that a refusal names. It has that status, and says of each what would be right.
pub(super) fn named(problem: &Problem, status: u16) -> Vec<String> {
    let told = told(problem);
    assert_eq!(told["status"], status, "{told}");
    let errors: Vec<FieldError> = serde_json::from_value(told["errors"].clone()).unwrap_or_default();
    if errors.is_empty() {
        let detail = told["detail"].as_str().unwrap_or_default();
        assert!((10..1_000).contains(&detail.len()), "{told}");
        return Vec::new();
    }
    is_told(&errors);
    errors.into_iter().map(|error| error.field).collect()
}
