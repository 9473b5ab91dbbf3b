//! Erasing executions: one, an agent's, or a person's.

use crate::{Caller, Error, Identity, Service, clock};
use domain::{AgentId, ExecutionId, Permission};
use store::{BegunErasure, PersonalData};

impl Service {
    /// Erases an execution, running or not, for good. Nothing but its id is kept.
    ///
    /// # Errors
    /// There is no such execution.
    pub async fn erase_execution(
        &self,
        caller: &Caller,
        agent: &AgentId,
        execution: &ExecutionId,
    ) -> Result<(), Error> {
        let store = self.administered_with(caller, agent)?;
        Ok(store
            .erase_execution(caller.organization, agent, execution)
            .await?)
    }

    /// Has a task erase everything that an agent executed.
    ///
    /// # Errors
    /// There is no such agent.
    pub async fn erase_agent(&self, caller: &Caller, agent: &AgentId) -> Result<BegunErasure, Error> {
        let store = self.administered_with(caller, agent)?;
        Ok(store
            .begin_erasing_agent(caller.organization, agent, clock::now())
            .await?)
    }

    /// What one person executed: `who` is `executedBy` as it was recorded, or the e-mail address of a member.
    ///
    /// # Errors
    /// `who` is no name of anybody.
    pub async fn personal_data(&self, caller: &Caller, who: &str) -> Result<Vec<PersonalData>, Error> {
        let names = self.names_of_person(caller, who).await?;
        Ok(self.store.personal_data(caller.organization, &names).await?)
    }

    /// Has a task erase everything that one person executed.
    ///
    /// # Errors
    /// As with `personal_data`.
    pub async fn erase_person(&self, caller: &Caller, who: &str) -> Result<BegunErasure, Error> {
        let names = self.names_of_person(caller, who).await?;
        let store = self.store.by(caller.actor());
        Ok(store
            .begin_erasing_person(caller.organization, names, clock::now())
            .await?)
    }

    /// Every name under which executions of the person may be recorded. An operator may name somebody who is a member no
    /// more.
    async fn names_of_person(&self, caller: &Caller, who: &str) -> Result<Vec<String>, Error> {
        caller.require_everywhere(Permission::Administer)?;
        let mut names = self.store.names_of_person(caller.organization, who).await?;
        if matches!(caller.identity, Identity::Operator)
            && let Some(known) = self.store.credentials(who).await?
        {
            names.push(known.user.id.into());
            names.dedup();
        }
        Ok(names)
    }
}
