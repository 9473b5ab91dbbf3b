//! Agents and their versions.

use crate::{Caller, Error, Service, clock};
use domain::{Agent, AgentId, AgentVersion, VersionNumber};
use store::NewVersion;

/// What changes about an agent; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// What people call it: one line of 1 to 100 characters.
    pub name: Option<String>,
    /// Days for which its executions are kept, fewer than the organization's; `None` is as many.
    pub retention_days: Option<Option<u32>>,
}

impl Service {
    /// Makes an agent.
    ///
    /// # Errors
    /// The name is none.
    pub async fn create_agent(&self, caller: &Caller, name: &str) -> Result<Agent, Error> {
        let store = self.administered(caller)?;
        Ok(store
            .create_agent(caller.organization, name, clock::now())
            .await?)
    }

    /// Gives an agent another name, or keeps its executions for another time.
    ///
    /// # Errors
    /// A value is out of its bounds, or there is no such agent.
    pub async fn change_agent(
        &self,
        caller: &Caller,
        agent: &AgentId,
        change: AgentChange,
    ) -> Result<Agent, Error> {
        let (store, organization) = (self.administered_with(caller, agent)?, caller.organization);
        if let Some(days) = change.retention_days {
            store.set_agent_retention(organization, agent, days).await?;
        }
        if let Some(name) = change.name {
            store.rename_agent(organization, agent, &name).await?;
        }
        Ok(store.agent(organization, agent).await?)
    }

    /// Adds a version to an agent, numbered after the last.
    ///
    /// # Errors
    /// A value is out of its bounds, or there is no such agent.
    pub async fn create_version(
        &self,
        caller: &Caller,
        agent: &AgentId,
        version: NewVersion,
    ) -> Result<AgentVersion, Error> {
        let store = self.administered_with(caller, agent)?;
        Ok(store
            .create_version(caller.organization, agent, version, clock::now())
            .await?)
    }

    /// Puts a version in use.
    ///
    /// # Errors
    /// There is no such version.
    pub async fn activate_version(
        &self,
        caller: &Caller,
        agent: &AgentId,
        number: VersionNumber,
    ) -> Result<AgentVersion, Error> {
        let (store, organization) = (self.administered_with(caller, agent)?, caller.organization);
        store
            .activate_version(organization, agent, number, clock::now())
            .await?;
        let version = store.version(organization, agent, number).await?;
        version.ok_or(Error::NotFound("version"))
    }
}
