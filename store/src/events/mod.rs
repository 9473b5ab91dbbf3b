//! The log of what happens to an agent's executions, as its readers see it.
//!
//! An entry stands for all executions of one agent that one transaction recorded, or for one change to an execution
//! that was there before, whose row it keeps as it was. So recording costs one small entry for each agent and
//! transaction, whatever the number of executions, and a reader of a quiet agent never wades through a busy one's rows.
//! Where many executions were removed at once, one entry stands for them, and readers have to read the list again.
//!
//! Positions come from the numbers by which executions are keyed. On PostgreSQL those are a sequence, which runs in
//! the order in which numbers are drawn and not in that of commits: whoever reads up to 8 while the transaction that
//! drew 7 is still open, and goes on from 8, never sees 7. Here this cannot happen, since a writer holds the agent's
//! row from before it draws until it has committed, and a reader follows one agent: in each agent's log, positions are
//! in commit order. Between agents they are not, and nothing relies on it.
//!
//! Each entry names the one before it. A reader whose place is not in that chain any more, because entries were
//! trimmed or the place is another database's, is told so.

pub(crate) mod read;
pub(crate) mod signals;
mod trim;

pub use read::Events;
pub use signals::Watch;

use crate::{Store, StoreError, snapshot::Snapshot};
use domain::{AgentId, EventPosition, OrganizationId};
use signals::Signals;

impl Store {
    /// Watches for tasks that are added, in this process and, on PostgreSQL, in others.
    pub fn watch_tasks(&self) -> Watch {
        Signals::watch_tasks(&self.signals, &self.backend)
    }

    /// The position of the newest event of an agent; 0 before the first.
    pub async fn event_position(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<EventPosition, StoreError> {
        let history = self.history(organization, agent).await?;
        read::newest(&mut Snapshot::begin(&self.backend).await?, history).await
    }

    /// What happened to an agent's executions after `position`, up to now; out of reach where that is more than `most`
    /// events.
    pub async fn events_since(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        position: EventPosition,
        most: u32,
    ) -> Result<Events, StoreError> {
        let history = self.history(organization, agent).await?;
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        read::since(&mut snapshot, history, position, most).await
    }

    /// Watches an agent's log from now on.
    pub async fn watch(&self, organization: OrganizationId, agent: &AgentId) -> Result<Watch, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        Ok(Signals::watch(
            &self.signals,
            &self.backend,
            organization,
            agent_key,
        ))
    }
}
