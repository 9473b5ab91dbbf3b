//! Bodies as they come in: bounded, of a known type, and JSON.

use super::problem::Problem;
use axum::{
    body::Bytes,
    extract::{
        FromRequest, Request,
        rejection::{BytesRejection, FailedToBufferBody},
    },
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
};
use domain::FieldError;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Largest body, unpacked, in bytes.
pub const MAX_BYTES: usize = 32 << 20;

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

/// The whole body, `MAX_BYTES` at most.
pub async fn bytes(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Problem::too_large(
                    "body_too_large",
                    format!("The body may have {} MiB at most, unpacked.", MAX_BYTES >> 20),
                )
            }
            _ => Problem::new(
                StatusCode::BAD_REQUEST,
                "incomplete_body",
                "The body broke off or could not be unpacked.",
            ),
        })
}

/// The body as one JSON text.
pub async fn json(request: Request) -> Result<Value, Problem> {
    MediaType::of(request.headers(), &[MediaType::Json])?;
    parse(&bytes(request).await?)
}

/// Parses one JSON text; a broken one is told with the place where it breaks.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            format!("The body is not JSON: {error}."),
        )
    })
}

/// Takes the fields of a JSON object one by one and remembers what is wrong with them.
pub struct Fields {
    map: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The fields of a JSON object.
    pub fn of(json: Value) -> Result<Self, Problem> {
        match json {
            Value::Object(map) => Ok(Self {
                map,
                errors: Vec::new(),
            }),
            _ => Err(Problem::invalid_fields(vec![FieldError::new(
                "",
                "must be a JSON object",
            )])),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// A field that may be left out, or null. `expected` completes "must be …".
    pub fn optional<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<T> {
        let value = self.map.remove(name).filter(|value| !value.is_null())?;
        let parsed = serde_json::from_value(value).ok();
        if parsed.is_none() {
            self.wrong(FieldError::new(name, format!("must be {expected}")));
        }
        parsed
    }

    /// A field that may be left out, which is `None`, and where null says something of its own.
    pub fn nullable<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<Option<T>> {
        match self.map.get(name)? {
            Value::Null => {
                self.map.remove(name);
                Some(None)
            }
            _ => self.optional(name, expected).map(Some),
        }
    }

    /// A field that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<T> {
        if self.map.get(name).is_none_or(Value::is_null) {
            self.wrong(FieldError::new(name, format!("is required: {expected}")));
            return None;
        }
        self.optional(name, expected)
    }

    /// A name that must be there.
    pub fn name(&mut self, field: &str) -> Option<String> {
        let text: String = self.required(field, "a string")?;
        self.checked(domain::agent::parse_name(field, &text))
    }

    /// Remembers that a field is wrong.
    pub fn wrong(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// The value, or else what is wrong remembered.
    pub fn checked<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|error| self.wrong(error)).ok()
    }

    /// `built` is `None` only where a field was wrong; every wrong and every unknown one is then named.
    pub fn finish<T>(mut self, built: Option<T>) -> Result<T, Problem> {
        for name in std::mem::take(&mut self.map).keys() {
            self.wrong(FieldError::new(name.as_str(), "is not a field here"));
        }
        match built {
            Some(built) if self.errors.is_empty() => Ok(built),
            _ => Err(Problem::invalid_fields(self.errors)),
        }
    }
}
