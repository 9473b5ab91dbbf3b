//! Recording executions, and reading one of them with what helps to understand it.

use crate::{Caller, Error, Service, clock};
use domain::{
    AgentId, AgentVersion, Execution, ExecutionFields, ExecutionFilter, ExecutionId, ExecutionSummary, Hint,
    Permission, Timestamp, UsualLatency, VersionNumber, troubleshooting, zones::Tz,
};
use store::{AmendOutcome, Held, Neighbors, Recorded, Recording};

/// An execution, whole.
pub struct Detail {
    /// The execution with its payload.
    pub execution: Held<Execution>,
    /// What may help, where it failed.
    pub hints: Vec<Hint>,
}

/// What an execution is seen beside.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Name of the API key that was used, where it is one of ours.
    pub api_key_name: Option<String>,
    /// What is usual for this agent and model.
    pub usual: Option<UsualLatency>,
    /// The version that the execution names, where it is one of the agent's own.
    pub version: Option<AgentVersion>,
    /// When that version had been put in use, for the last time before the execution.
    pub in_use_since: Option<Timestamp>,
    /// Its neighbors on the filtered list.
    pub neighbors: Neighbors,
    /// E-mail address of who ran it, where that is a person of the organization.
    pub executed_by_email: Option<String>,
}

impl Service {
    /// Records executions of one agent, in order. Each is recorded whole or not at all; what is answered is durable.
    ///
    /// # Errors
    /// `Busy` where too much is waiting.
    pub async fn record(
        &self,
        caller: &Caller,
        agent: &AgentId,
        executions: Vec<ExecutionFields>,
    ) -> Result<Vec<Recorded>, Error> {
        let mut recording = self.begin_recording(caller, agent, executions.len()).await?;
        Ok(recording.record(executions).await?)
    }

    /// Takes place for so many executions of one agent, which are handed over bit by bit.
    ///
    /// # Errors
    /// `Busy` where too much is waiting.
    pub async fn begin_recording(
        &self,
        caller: &Caller,
        agent: &AgentId,
        executions: usize,
    ) -> Result<Recording, Error> {
        caller.require_with_agent(Permission::Record, agent)?;
        let (organization, by) = (caller.organization, caller.recorded_by());
        Ok(self
            .store
            .begin_recording(organization, agent, &by, clock::now(), executions)
            .await?)
    }

    /// Puts the given fields over those of a running execution, or of one that was given up.
    ///
    /// # Errors
    /// There is no such execution; `Busy` where too much is waiting.
    pub async fn amend(
        &self,
        caller: &Caller,
        agent: &AgentId,
        execution: &ExecutionId,
        fields: ExecutionFields,
    ) -> Result<AmendOutcome, Error> {
        caller.require_with_agent(Permission::Record, agent)?;
        Ok(self
            .store
            .amend(caller.organization, agent, execution, fields, clock::now())
            .await?)
    }

    /// One execution, whole. Hints tell times in `zone`, or else in the organization's.
    ///
    /// # Errors
    /// There is no such execution; `Exhausted` where there is no memory for it in time.
    pub async fn execution(
        &self,
        caller: &Caller,
        agent: &AgentId,
        execution: &ExecutionId,
        zone: Option<Tz>,
    ) -> Result<Detail, Error> {
        caller.require_with_agent(Permission::Read, agent)?;
        let organization = caller.organization;
        let execution = self.store.execution(organization, agent, execution).await?;
        let hints = if troubleshooting::helps(execution.summary.status) {
            let zone = match zone {
                Some(zone) => zone,
                None => self.store.organization(organization).await?.zone(),
            };
            self.store.hints(organization, agent, &execution, zone).await?
        } else {
            Vec::new()
        };
        Ok(Detail { execution, hints })
    }

    /// What an execution is seen beside: its neighbors among those that pass `filter`, its version, its key and its
    /// person, and what is usual.
    ///
    /// # Errors
    /// There is no such agent.
    pub async fn surroundings(
        &self,
        caller: &Caller,
        agent: &AgentId,
        execution: &ExecutionSummary,
        filter: &ExecutionFilter,
    ) -> Result<Surroundings, Error> {
        caller.require_with_agent(Permission::Read, agent)?;
        let (store, organization) = (&self.store, caller.organization);
        let api_key_name = match &execution.api_key_id {
            Some(id) => store.api_key_name(organization, id).await?,
            None => None,
        };
        let model = execution.model.as_deref();
        let usual = store.usual_latency(organization, agent, model).await?;
        let neighbors = store.neighbors(organization, agent, filter, execution).await?;
        let version = self
            .version_named(caller, agent, execution.version.as_deref())
            .await?;
        let in_use_since = match &version {
            Some(version) => {
                let until = execution.executed_at;
                store
                    .put_in_use(organization, agent, version.number, until)
                    .await?
            }
            None => None,
        };
        let executed_by_email = match &execution.executed_by {
            Some(id) => store.email_of_member(organization, id).await?,
            None => None,
        };
        Ok(Surroundings {
            api_key_name,
            usual,
            version,
            in_use_since,
            neighbors,
            executed_by_email,
        })
    }

    /// The version that an execution names by its label, where it is one of the agent's own.
    async fn version_named(
        &self,
        caller: &Caller,
        agent: &AgentId,
        label: Option<&str>,
    ) -> Result<Option<AgentVersion>, Error> {
        let number = label.and_then(|label| label.strip_prefix('V')?.parse().ok().map(VersionNumber));
        let Some(number) = number else {
            return Ok(None);
        };
        let version = self.store.version(caller.organization, agent, number).await?;
        Ok(version.filter(|version| Some(&*version.number.to_string()) == label))
    }
}
