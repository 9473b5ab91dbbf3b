//! Bodies as they come in: bounded, of a known type, and JSON.

mod fields;
mod memory;
pub mod values;
mod work;

pub(crate) use fields::body;
pub use fields::{Body, Fields, Held, read, read_change, text};
pub use memory::{Bodies, Received, incomplete};
pub use work::{aside, to_the_end};

use crate::problem::Problem;
use axum::http::{
    HeaderMap, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use domain::{GivenExecution, given::Bounds, members::Members};
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::fmt::Display;

/// Largest body of executions, unpacked, in bytes.
pub const MAX_BYTES: usize = 32 << 20;
/// Largest body of most other calls.
pub const MAX_JSON_BYTES: usize = 1 << 20;
/// Members in the whole body of any call but recording and amending, nested ones and items of arrays counted.
pub const MAX_MEMBERS: usize = 10_000;

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// One JSON text.
    Json,
    /// One JSON text a line.
    Ndjson,
}

impl MediaType {
    /// The type that the headers tell, if it is one of `taken`.
    pub fn of(headers: &HeaderMap, taken: &[Self]) -> Result<Self, Problem> {
        if headers
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding != "identity")
        {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_encoding",
                "The body's encoding is not taken; send it plain or as gzip.",
            ));
        }
        let essence = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|essence| essence.trim().to_ascii_lowercase());
        let told = match essence.as_deref() {
            Some("application/json") => Some(Self::Json),
            Some("application/x-ndjson" | "application/ndjson") => Some(Self::Ndjson),
            _ => None,
        };
        told.filter(|told| taken.contains(told)).ok_or_else(|| {
            let names: Vec<_> = taken.iter().map(|one| one.name()).collect();
            Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                format!("`Content-Type` must be {}.", names.join(" or ")),
            )
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// A JSON body of any call but recording, and how many of its wrong fields are told.
#[derive(Debug, Clone)]
pub struct JsonBody {
    value: Value,
    most_errors: usize,
}

impl JsonBody {
    /// What it says.
    pub fn value(&self) -> &Value {
        &self.value
    }
}

/// Reads one JSON text; a broken one is told with the place where it breaks.
pub fn parse(text: &[u8], bounds: Bounds) -> Result<JsonBody, Problem> {
    // Depth is bounded by the parser of the text.
    let mut members = Members::up_to(MAX_MEMBERS, usize::MAX);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = members
        .read(&mut deserializer)
        .and_then(|read| deserializer.end().map(|()| read))
        .map_err(|error| broken(&error))?;
    let value = read.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "too_many_members",
            "The body may have 10,000 members at most, nested ones and items of arrays counted.",
        )
    })?;
    Ok(JsonBody {
        value,
        most_errors: bounds.errors,
    })
}

/// Reads one JSON text as what is given of an execution; a broken one is told with the place where it breaks.
pub fn execution(text: &[u8], bounds: Bounds) -> Result<GivenExecution, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    GivenExecution::within(bounds)
        .deserialize(&mut deserializer)
        .and_then(|given| deserializer.end().map(|()| given))
        .map_err(|error| broken(&error))
}

/// The refusal of what is not JSON.
pub fn broken(error: &impl Display) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "invalid_json",
        format!("The body is not JSON: {error}."),
    )
}
