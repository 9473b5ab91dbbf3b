//! The purge: every execution goes that is older than it is kept. Running ones stay until they end.

use super::{clock::WAITING, overdue::Limited};
use crate::{
    Store, StoreError,
    recording::{Owner, Why},
};
use domain::{OrganizationId, Timestamp, retention::kept_since};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a purge did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purged {
    /// How many executions went.
    pub removed: u64,
    /// What failed, a sentence for each organization.
    pub failures: Vec<String>,
}

impl Store {
    /// Removes what is older than it is kept, in one organization or in all, and remembers how that went. What fails
    /// in one organization holds up no other. Executions are counted in `removed` as they go.
    pub async fn purge(
        &self,
        only: Option<OrganizationId>,
        now: Timestamp,
        removed: &AtomicU64,
    ) -> Result<Purged, StoreError> {
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
            let runs = self.retention_runs(*organization).await?;
            let failure = if runs.waits_since.is_some() {
                tracing::warn!(
                    organization_name,
                    "deletion waits for an owner's word, since the clock went forward"
                );
                Some(WAITING.to_owned())
            } else {
                let before = removed.load(Ordering::Relaxed);
                let result = self.purge_agents(agents, now, removed).await;
                purged.removed += removed.load(Ordering::Relaxed) - before;
                result.err().map(|(agent, error)| {
                    tracing::warn!(%error, agent, "what is too old could not be deleted");
                    format!(
                        "Deleting old executions of agent {agent} did not work; the server's log says why."
                    )
                })
            };
            let noted = self.note_run(*organization, failure.as_deref(), now).await;
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
        Ok(purged)
    }

    /// Purges the agents of one organization. An error comes with the agent that it belongs to.
    async fn purge_agents(
        &self,
        agents: &[Limited],
        now: Timestamp,
        removed: &AtomicU64,
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
}
