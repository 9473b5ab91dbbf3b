//! What is wrong with an input, field by field.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Longest name of a field as it is told, in characters.
const MAX_NAME: usize = 64;

/// One wrong field of an input: its name as the caller wrote it, and a sentence that says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{field} {detail}")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Name of the parameter or JSON field, in the caller's spelling. Of one with more than 64 characters these, and `…`.
    pub field: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl FieldError {
    /// Names `field` and says what is wrong with it.
    pub fn new(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            detail: detail.into(),
        }
    }
}

/// A name that a caller chose, as it is told: its first 64 characters, and `…` where there are more.
pub fn short_name(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}
