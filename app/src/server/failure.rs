//! How a failure is answered: a status for the protocol, a code and a sentence for the page, the cause for the log.

use super::status::set_status;
use crate::text;
use crate::{error::PageError, error_code::ErrorCode};
use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use domain::{FieldError, Rule};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::StoreError;

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        service::Error::from(error).into()
    }
}

impl From<service::Error> for PageError {
    fn from(error: service::Error) -> Self {
        use service::Error;

        match error {
            Error::Forbidden { .. } | Error::OtherAgents | Error::NotEveryAgent => forbidden(),
            Error::Rule(rule) => {
                let code = match rule {
                    Rule::OwnersOnly => ErrorCode::Forbidden,
                    _ => ErrorCode::Invalid,
                };
                fail(code, text::failure::rule(rule))
            }
            Error::Invalid(errors) => match errors.told().first() {
                Some(error) => invalid(error),
                None => failed("something is wrong, and nothing is told of it"),
            },
            Error::NotFound(_) => not_found(),
            Error::Taken(what) => fail(ErrorCode::Invalid, text::failure::taken(what)),
            Error::TooManyLetters(_) => fail(ErrorCode::Invalid, text::failure::INVITATIONS),
            Error::TooMuchWaiting | Error::Busy | Error::Exhausted(_) | Error::Stopping => {
                fail(ErrorCode::Busy, text::failure::BUSY)
            }
            // What no page asks for is our own fault.
            error @ (Error::UnknownKey
            | Error::KeyRefused(_)
            | Error::BudgetSpent(_)
            | Error::PasswordLength
            | Error::WrongPassword
            | Error::Throttled(_)
            | Error::SignInAgain
            | Error::LinkEnded
            | Error::NoMail
            | Error::Store(_)
            | Error::Internal(_)) => failed(&error.to_string()),
        }
    }
}

/// A failure of that kind; sets the answer's status.
pub fn fail(code: ErrorCode, message: impl Into<String>) -> PageError {
    let is_busy = matches!(code, ErrorCode::Busy);
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| is_busy) {
        response.insert_header(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    set_status(match code {
        ErrorCode::SignedOut => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Busy | ErrorCode::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    });
    PageError::new(code, message)
}

/// Our own fault. The cause goes to the log and nowhere else.
pub fn failed(cause: &str) -> PageError {
    tracing::error!(cause, "a page could not be answered");
    fail(ErrorCode::Internal, text::error::INTERNAL)
}

/// There is no such thing here.
pub fn not_found() -> PageError {
    fail(ErrorCode::NotFound, text::failure::NOT_FOUND)
}

/// The role does not allow it.
pub fn forbidden() -> PageError {
    fail(ErrorCode::Forbidden, text::failure::FORBIDDEN)
}

/// A field was entered wrong.
pub fn invalid(error: &FieldError) -> PageError {
    fail(
        ErrorCode::Invalid,
        text::failure::field(&error.field, &error.detail),
    )
}
