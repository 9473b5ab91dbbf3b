//! Why a page or a change did not come about: a code for the program, a sentence for the person.

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::{data::wire::Json, error_code::ErrorCode, text};

/// A failure as a page shows it. It never carries what a database or a library said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct PageError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// A sentence for the person.
    #[serde(alias = "detail")]
    pub message: String,
}

impl PageError {
    /// A failure with its own sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

impl FromServerFnError for PageError {
    type Encoder = Json;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(ErrorCode::Unreachable, text::error::UNREACHABLE),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => unreadable(),
            // Here it is the call that cannot be read; in the browser it is the answer.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => unreadable(),
            _ => Self::new(ErrorCode::Internal, text::error::INTERNAL),
        }
    }
}

fn unreadable() -> PageError {
    #[cfg(feature = "ssr")]
    crate::server::status::set_malformed();
    PageError::new(ErrorCode::Invalid, text::error::UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_server_is_read_as_one_of_the_page() {
        let problem = r#"{"type":"about:blank","title":"Content Too Large","status":413,
            "detail":"The body may have 1 MiB at most, unpacked.","code":"body_too_large"}"#;
        let read: PageError = serde_json::from_str(problem).unwrap();
        let expected = PageError::new(ErrorCode::Invalid, "The body may have 1 MiB at most, unpacked.");
        assert_eq!(read, expected);
    }
}
