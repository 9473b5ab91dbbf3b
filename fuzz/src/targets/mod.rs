//! The targets, a file for each kind of input.

mod amounts;
mod dates;
mod executions;
mod json_text;
mod names;
mod queries;
mod spreadsheet;
mod template;

use crate::Target;
use domain::{FieldError, Timestamp, time};
use std::borrow::Cow;

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "amounts",
        run: amounts::run,
    },
    Target {
        name: "dates",
        run: dates::run,
    },
    Target {
        name: "executions",
        run: executions::run,
    },
    Target {
        name: "json_text",
        run: json_text::run,
    },
    Target {
        name: "names",
        run: names::run,
    },
    Target {
        name: "queries",
        run: queries::run,
    },
    Target {
        name: "spreadsheet",
        run: spreadsheet::run,
    },
    Target {
        name: "template",
        run: template::run,
    },
];

/// The input as text, as a server reads bytes that should be UTF-8.
fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// The clock of every target, so that an input means the same tomorrow.
fn now() -> Timestamp {
    time::from_micros(1_800_000_000_000_000)
}

/// A refusal says what is wrong and what would be right.
fn is_told(errors: &[FieldError]) {
    assert!(!errors.is_empty(), "refused without a word");
    for error in errors {
        assert!(error.detail.len() > 5, "{error:?} helps nobody");
        assert!(error.detail.len() < 1_000, "{error:?} is too long");
    }
}
