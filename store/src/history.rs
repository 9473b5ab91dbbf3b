//! What nearly every reading begins with: whose executions.

use crate::{Store, StoreError};
use domain::{AgentId, OrganizationId};

/// An agent's executions, as its tables' keys name them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub agent: &'a AgentId,
}

impl Store {
    /// The agent's executions, or `NotFound`.
    pub(crate) async fn history<'a>(
        &self,
        organization: OrganizationId,
        agent: &'a AgentId,
    ) -> Result<History<'a>, StoreError> {
        Ok(History {
            organization,
            agent_key: self.agent_key(organization, agent).await?,
            agent,
        })
    }
}
