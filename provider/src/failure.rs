//! Why there is no whole answer.

use crate::mask::Mask;
use std::fmt;
use std::time::Duration;

/// Longest message that is kept of a failure, in characters.
pub const MAX_MESSAGE: usize = 2_000;

/// What went wrong, as a stable code. The hints of failed executions know these spellings
/// (`domain::troubleshooting`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// Too many requests or tokens in a time.
    RateLimitExceeded,
    /// Nothing is left to pay with.
    InsufficientQuota,
    /// A fault on the provider's side.
    ProviderUnavailable,
    /// The prompt is longer than the model takes.
    ContextLengthExceeded,
    /// A filter of the provider's stopped prompt or answer.
    ContentFiltered,
    /// The provider has no such model.
    InvalidModel,
    /// The provider does not take the request as it is.
    InvalidRequest,
    /// The key does not work.
    AuthenticationFailed,
    /// The key works, and may not do this.
    PermissionDenied,
    /// The time for the whole run is over.
    Timeout,
    /// No connection in time.
    ConnectTimeout,
    /// Nothing came for too long.
    ReadTimeout,
    /// No connection.
    Network,
    /// The operator does not let this address be called.
    AddressNotAllowed,
    /// The answer broke off, or cannot be read.
    StreamBroken,
    /// The answer is larger than is taken.
    ResponseTooLarge,
}

impl Code {
    /// The code as text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RateLimitExceeded => "RATE_LIMIT_EXCEEDED",
            Self::InsufficientQuota => "INSUFFICIENT_QUOTA",
            Self::ProviderUnavailable => "PROVIDER_UNAVAILABLE",
            Self::ContextLengthExceeded => "CONTEXT_LENGTH_EXCEEDED",
            Self::ContentFiltered => "CONTENT_FILTERED",
            Self::InvalidModel => "INVALID_MODEL",
            Self::InvalidRequest => "INVALID_REQUEST",
            Self::AuthenticationFailed => "AUTHENTICATION_FAILED",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::Timeout => "TIMEOUT",
            Self::ConnectTimeout => "CONNECT_TIMEOUT",
            Self::ReadTimeout => "READ_TIMEOUT",
            Self::Network => "NETWORK",
            Self::AddressNotAllowed => "ADDRESS_NOT_ALLOWED",
            Self::StreamBroken => "STREAM_BROKEN",
            Self::ResponseTooLarge => "RESPONSE_TOO_LARGE",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// What went wrong.
    pub code: Code,
    /// The provider's own message, or a sentence of ours where it said nothing; at most 2,000 characters.
    pub message: String,
    /// The status of the provider's answer, where there was one.
    pub status: Option<u16>,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            retry_after: None,
        }
    }

    /// As it is told: without secrets in its message, and cut to its bound only then, lest a part of one is left.
    pub(crate) fn told(mut self, mask: &Mask) -> Self {
        self.message = mask.apply(&self.message);
        if let Some((end, _)) = self.message.char_indices().nth(MAX_MESSAGE) {
            self.message.truncate(end);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_secret_across_the_bound_leaves_nothing() {
        let secret = "correct horse battery";
        let message = format!("{}{secret}", "ä".repeat(MAX_MESSAGE - 8));
        let told = Failure::new(Code::Network, message).told(&Mask::new([Secret::new(secret.into())]));
        assert!(!told.message.contains("correct"));
        assert_eq!(told.message.chars().count(), MAX_MESSAGE);
    }
}
