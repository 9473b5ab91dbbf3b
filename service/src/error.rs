//! Why a use case did not do what was asked.

use store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server sends no letters.
    #[error("the server sends no e-mail")]
    NoMail,
    /// So much of the same is waiting that nothing more is taken.
    #[error("too much is waiting")]
    TooMuchWaiting,
    /// The store refused, or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
