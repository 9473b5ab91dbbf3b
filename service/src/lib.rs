//! What is done, whoever asks for it: use cases, and the work that goes on behind them. No SQL, no HTTP, no page.

pub mod clock;
mod error;
mod invitations;
pub mod mail;
mod password_resets;
pub mod tasks;

pub use error::Error;
pub use invitations::Invited;

use domain::Actor;
use mail::Mailer;
use std::sync::Arc;
use store::Store;

/// What the use cases need. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// Where everything rests; in somebody's name.
    pub store: Store,
    mailer: Option<Arc<Mailer>>,
}

impl Service {
    /// Use cases on a store, with letters where there is a mail server.
    pub fn new(store: Store, mailer: Option<Mailer>) -> Self {
        Self {
            store,
            mailer: mailer.map(Arc::new),
        }
    }

    /// The same in somebody's name: what is done is told of as theirs.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            store: self.store.by(actor),
            mailer: self.mailer.clone(),
        }
    }

    fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_deref()
    }

    /// Whether letters are sent.
    pub fn sends_mail(&self) -> bool {
        self.mailer.is_some()
    }
}
