//! The purge: every execution goes that is older than it is kept. Running ones stay until they end.

use super::overdue::Limited;
use crate::{
    Store, StoreError,
    backend::Backend,
    recording::{Owner, Why},
};
use domain::{OrganizationId, Timestamp, retention::kept_since};
use sqlx::{Postgres, Transaction};

/// Number of the PostgreSQL lock that whoever purges holds, so that of several servers one does it.
const LOCK: i64 = 0x6167_656e_745f_6c67;

/// What a purge did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many executions went.
    pub removed: u64,
    /// What failed, a sentence for each organization.
    pub failures: Vec<String>,
}

/// Why nothing was purged.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Another process on the same PostgreSQL is at it.
    #[error("another server is deleting what is too old right now")]
    UnderWay,
    /// The store could not begin.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Removes what is older than it is kept, in one organization or in all, and remembers how that went. What fails
    /// in one organization holds up no other.
    pub async fn purge(&self, only: Option<OrganizationId>, now: Timestamp) -> Result<Purged, PurgeError> {
        let lock = self.purge_lock().await?.ok_or(PurgeError::UnderWay)?;
        let agents = self.limited_agents(only).await?;
        let mut purged = Purged::default();
        for agents in agents.chunk_by(|one, other| one.organization == other.organization) {
            let Some(Limited {
                organization,
                organization_name,
                ..
            }) = agents.first()
            else {
                continue;
            };
            let mut removed = 0;
            let result = self.purge_agents(agents, now, &mut removed).await;
            purged.removed += removed;
            let failure = result.err().map(|(agent, error)| {
                tracing::warn!(%error, agent, "what is too old could not be deleted");
                format!("Deleting old executions of agent {agent} did not work; the server's log says why.")
            });
            let noted = self
                .note_run(*organization, removed, failure.as_deref(), now)
                .await;
            if let Err(error) = noted {
                tracing::warn!(%error, "the end of a deletion could not be noted");
            }
            purged
                .failures
                .extend(failure.map(|failure| format!("{organization_name}: {failure}")));
        }
        if let Err(error) = self.give_back().await {
            tracing::warn!(%error, "free space could not be given back");
        }
        lock.release().await;
        Ok(purged)
    }

    /// Purges the agents of one organization. An error comes with the agent that it belongs to.
    async fn purge_agents(
        &self,
        agents: &[Limited],
        now: Timestamp,
        removed: &mut u64,
    ) -> Result<(), (String, StoreError)> {
        for agent in agents {
            let owner = Owner {
                organization: agent.organization,
                agent_key: agent.agent_key,
                kept: None,
            };
            let why = Why::Age(kept_since(agent.days, now));
            self.sweep(owner, &agent.agent_id, &why, removed)
                .await
                .map_err(|error| (agent.agent_id.to_string(), error))?;
        }
        Ok(())
    }

    /// Holds others off as long as it lives; `None` where somebody else holds it.
    async fn purge_lock(&self) -> Result<Option<PurgeLock>, StoreError> {
        let Backend::Postgres(pool) = &self.backend else {
            return Ok(Some(PurgeLock(None)));
        };
        // Of the transaction, so that it goes with it, whatever ends this task.
        let mut transaction = pool.begin().await?;
        let (held,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_xact_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut *transaction)
            .await?;
        Ok(held.then_some(PurgeLock(Some(transaction))))
    }
}

/// Keeps other servers on the same PostgreSQL from purging. On SQLite there is one server.
struct PurgeLock(Option<Transaction<'static, Postgres>>);

impl PurgeLock {
    /// Lets others in, from the moment on at which this returns: a transaction that is only dropped ends some time later.
    async fn release(self) {
        if let Some(transaction) = self.0
            && let Err(error) = transaction.rollback().await
        {
            // A connection that is lost holds no lock.
            tracing::debug!(%error, "the lock of the purge went with its connection");
        }
    }
}
