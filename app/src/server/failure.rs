//! How a failure is answered: a status for the protocol, a code and a sentence for the page, the cause for the log.

use super::request::is_plain_form;
use crate::text;
use crate::{error::PageError, error_code::ErrorCode};
use axum::http::{
    HeaderValue, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};
use domain::FieldError;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::StoreError;

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => not_found(),
            StoreError::Taken(what) => fail(ErrorCode::Invalid, text::failure::taken(what)),
            StoreError::LastOwner => fail(ErrorCode::Invalid, text::failure::LAST_OWNER),
            StoreError::OwnersOnly => fail(ErrorCode::Forbidden, text::failure::OWNERS_ONLY),
            StoreError::OwnPassword => fail(ErrorCode::Invalid, text::failure::OWN_PASSWORD),
            StoreError::BelongsElsewhere => fail(ErrorCode::Invalid, text::failure::BELONGS_ELSEWHERE),
            StoreError::KeyEnded => fail(ErrorCode::Invalid, text::failure::KEY_ENDED),
            StoreError::TaskEnded => fail(ErrorCode::Invalid, text::failure::TASK_ENDED),
            StoreError::Invalid(error) => invalid(&error),
            StoreError::Busy | StoreError::Exhausted(_) | StoreError::Closed => {
                fail(ErrorCode::Busy, text::failure::BUSY)
            }
            error => failed(&error.to_string()),
        }
    }
}

impl From<service::Error> for PageError {
    fn from(error: service::Error) -> Self {
        match error {
            service::Error::Store(error) => error.into(),
            service::Error::TooMuchWaiting => fail(ErrorCode::Busy, text::failure::BUSY),
            other @ service::Error::NoMail => failed(&other.to_string()),
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

/// Answers the page with 404.
pub fn set_not_found() {
    set_status(StatusCode::NOT_FOUND);
}

fn set_status(status: StatusCode) {
    // A form that was sent without WASM is answered by a redirect to its page, which shows the sentence.
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| !is_plain_form())
        && !leads_elsewhere(&response)
    {
        response.set_status(status);
    }
}

/// Whether the page is a redirect: where that leads answers for itself.
fn leads_elsewhere(response: &ResponseOptions) -> bool {
    response
        .0
        .read()
        .is_ok_and(|parts| parts.headers.contains_key(LOCATION))
}
