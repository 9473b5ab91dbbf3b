//! What is done, whoever asks for it: use cases, and the work that goes on behind them. No SQL, no HTTP, no page.

mod accounts;
mod agents;
pub mod answers;
mod api_keys;
mod authentication;
mod caller;
pub mod clock;
mod connections;
mod erasures;
mod error;
mod executions;
mod exports;
mod invitations;
pub mod mail;
mod members;
mod organizations;
pub mod tasks;
mod visitor;

pub use accounts::{
    BegunSession, DemoSignIn, FRESH_MINUTES, NewPassword, Provisioning, ResetLink, SESSION_DAYS, SetUp,
    SsoRefusal, Vouched, check_password, hash_password,
};
pub use agents::AgentChange;
pub use api_keys::NewApiKey;
pub use caller::{Caller, Identity};
pub use connections::{ConnectionChange, GivenConnection, Headers};
pub use error::{Error, Grant};
pub use executions::{Detail, Surroundings};
pub use exports::{AuditExport, Export, ExportError, WatchedExport};
pub use invitations::Invited;
pub use members::Left;
pub use organizations::OrganizationChange;
pub use visitor::Visitor;

use accounts::Attempts;
use answers::Answers;
use exports::Exports;
use mail::Mailer;
use std::sync::Arc;
use store::Store;

/// What the use cases need. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// Where everything rests.
    pub store: Store,
    mailer: Option<Arc<Mailer>>,
    /// Calls the addresses that organizations name.
    outbound: Option<provider::outbound::Client>,
    attempts: Arc<Attempts>,
    /// The bytes of large answers.
    pub answers: Answers,
    exports: Exports,
}

impl Service {
    /// Use cases on a store, with letters where there is a mail server.
    pub fn new(store: Store, mailer: Option<Mailer>) -> Self {
        Self {
            store,
            mailer: mailer.map(Arc::new),
            outbound: None,
            attempts: Arc::default(),
            answers: Answers::default(),
            exports: Exports::default(),
        }
    }

    /// The same, calling the addresses that organizations name by this client.
    #[must_use]
    pub fn calling_by(self, outbound: provider::outbound::Client) -> Self {
        Self {
            outbound: Some(outbound),
            ..self
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
