//! Why a command failed, in a sentence for the person who gave it.

use std::io;
use store::StoreError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The use case did not do it.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// A file, a stream or the network could not do it.
    #[error("{subject}: {source}")]
    Io {
        /// The file, stream or address.
        subject: String,
        /// What the system says.
        source: io::Error,
    },
    /// It cannot be done as asked; the sentence says why and what would help.
    #[error("{0}")]
    Refused(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        service::Error::from(error).into()
    }
}

impl Error {
    /// `source` happened to `subject`.
    pub fn io(subject: impl Into<String>, source: io::Error) -> Self {
        Self::Io {
            subject: subject.into(),
            source,
        }
    }

    /// It cannot be done as asked, for the reason that the sentence gives.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }

    /// Whether the reader of standard output has had enough, as `head` does.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}
