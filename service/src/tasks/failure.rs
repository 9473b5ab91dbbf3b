//! Why an attempt failed, and whether another one may succeed.

use domain::TaskFailure;
use store::StoreError;

/// Why an attempt failed. What it says is for the log: no addresses, no links.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    /// What people are told.
    pub code: TaskFailure,
    /// Whether no further attempt can succeed.
    pub is_permanent: bool,
    message: String,
}

impl Failure {
    /// Passes: another attempt may succeed.
    pub(super) fn transient(code: TaskFailure, message: impl ToString) -> Self {
        Self {
            code,
            is_permanent: false,
            message: message.to_string(),
        }
    }

    /// Stays: no further attempt can succeed.
    pub(super) fn permanent(code: TaskFailure, message: impl ToString) -> Self {
        Self {
            is_permanent: true,
            ..Self::transient(code, message)
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::DamagedPayload(_) | StoreError::KeysDestroyed => {
                Self::permanent(TaskFailure::Unreadable, error)
            }
            StoreError::NotFound(_) => Self::permanent(TaskFailure::Internal, error),
            StoreError::Database(_) | StoreError::Closed => Self::transient(TaskFailure::Database, error),
            _ => Self::transient(TaskFailure::Internal, error),
        }
    }
}
