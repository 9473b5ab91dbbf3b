//! The audit log: who did what, when, and from where. An event is written in the transaction of what it tells of, so
//! that neither is there without the other. The database refuses to change it (see migration 0007).

pub(crate) mod event;
pub(crate) mod note;
mod page;
mod refused;

pub use note::Note;
pub use page::{AuditCursor, AuditPage};
pub use refused::MOST_REFUSALS_TOLD;

use crate::{Store, StoreError, transaction::transact};
use domain::{Actor, OrganizationId, Timestamp};
use note::Signed;
use std::sync::Arc;

impl Store {
    /// The same store in somebody's name: what is done through it is told of as theirs. A store that is in nobody's
    /// name is in the server's own.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self {
            actor: Arc::new(actor),
            ..self.clone()
        }
    }

    /// Tells of something that is no change of ours, such as an export, before it is done.
    pub async fn note(
        &self,
        organization: OrganizationId,
        note: Note,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            transaction
                .audit(organization, &self.actor, note.clone(), now)
                .await?;
            Ok(())
        })
    }

    pub(crate) fn signed(&self, note: Note) -> Signed {
        Signed {
            actor: self.actor.clone(),
            note,
        }
    }
}
