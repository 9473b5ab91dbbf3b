//! Erasing on request. The identifiers of what is erased are kept, so that a repeated import does not bring it back.

use super::{sweep::push_executed_by, values::Gone};
use crate::{
    Note, Store, StoreError,
    recording::{Chore, Owner, Removal, Why},
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
    tasks::{EraseAgent, ErasePerson, TaskPayload},
    transaction::transact,
};
use domain::{AgentId, AuditAction, ExecutionId, OrganizationId, TaskId, Timestamp, time};
use std::sync::atomic::AtomicU64;

/// An erasure that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunErasure {
    /// The task that does it.
    pub task: TaskId,
    /// How many executions go.
    pub executions: u64,
}

/// What one person executed with one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// The agent.
    pub agent_id: AgentId,
    /// What people call it.
    pub name: String,
    /// How many executions.
    pub executions: u64,
    /// When the oldest of them began.
    pub oldest: Timestamp,
}

impl Store {
    /// Erases one execution, running or not. `NotFound` where the agent has none of that identifier.
    pub async fn erase_execution(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &ExecutionId,
    ) -> Result<(), StoreError> {
        let owner = self.owner(organization, agent).await?;
        let mut statement = Statement::new(format!(
            "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM executions e WHERE e.organization_id = "
        ));
        statement.bind(organization.0);
        statement
            .push(" AND e.execution_id = ")
            .bind_text(execution.as_str());
        statement.push(" AND e.agent_key = ").bind(owner.agent_key);
        let found = Snapshot::begin(&self.backend)
            .await?
            .summaries_with(statement, agent)
            .await?;
        let mut values = Gone::default();
        found.iter().for_each(|(row, _)| values.take(row));
        let note = Note::new(AuditAction::ExecutionErased).about("execution", execution.as_str(), None);
        let removal = Removal {
            owner,
            agent: agent.clone(),
            keys: found.into_iter().map(|(_, key)| key).collect(),
            why: Why::Erased,
            signed: Some(self.signed(note)),
        };
        match self.recorder.chore(Chore::Remove(removal)).await? {
            0 => Err(StoreError::NotFound("execution")),
            _ => self.forget_unused(owner, agent, values).await,
        }
    }

    /// Has a task erase all executions of an agent; answers which, and how many executions there are.
    pub async fn begin_erasing_agent(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<BegunErasure, StoreError> {
        let found = self.agent(organization, agent).await?;
        let note = Note::new(AuditAction::AgentErased).about("agent", agent.as_str(), Some(&found.name));
        let told = EraseAgent {
            agent_id: agent.clone(),
        };
        self.begin_erasing(organization, &told, found.executions, note, now)
            .await
    }

    /// Erases all executions of an agent, and counts them in `erased` as they go. Nobody is told.
    pub async fn erase_agent(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        erased: &AtomicU64,
    ) -> Result<(), StoreError> {
        let owner = self.owner(organization, agent).await?;
        self.sweep(owner, agent, &Why::Erased, erased).await?;
        self.give_back().await
    }

    /// Every name under which executions of somebody may be recorded: the one that was given, and where that is a
    /// member's e-mail address, what the page records.
    pub async fn names_of_person(
        &self,
        organization: OrganizationId,
        who: &str,
    ) -> Result<Vec<String>, StoreError> {
        // No execution has it, and PostgreSQL cannot be asked for it.
        domain::fields::check_text("executedBy", who)?;
        let members = self.members(organization).await?;
        let mut names = vec![who.to_owned()];
        let known = members
            .into_iter()
            .filter(|member| member.email.eq_ignore_ascii_case(who));
        names.extend(known.map(|member| member.user_id.into()));
        Ok(names)
    }

    /// Has a task erase what a person executed in the organization, under any of these names as `executedBy` has them;
    /// answers which, and how many executions there are. The audit log is not told of whom: that is to be forgotten.
    pub async fn begin_erasing_person(
        &self,
        organization: OrganizationId,
        names: Vec<String>,
        now: Timestamp,
    ) -> Result<BegunErasure, StoreError> {
        let found = self.personal_data(organization, &names).await?;
        let executions = found.iter().map(|data| data.executions).sum();
        let note = Note::new(AuditAction::PersonErased).with("executions", executions);
        self.begin_erasing(organization, &ErasePerson { names }, executions, note, now)
            .await
    }

    async fn begin_erasing<P: TaskPayload + Sync>(
        &self,
        organization: OrganizationId,
        told: &P,
        executions: u64,
        note: Note,
        now: Timestamp,
    ) -> Result<BegunErasure, StoreError> {
        self.prepare_to_seal(Some(organization)).await?;
        let task = transact!(self.backend, |transaction| {
            let task = transaction
                .add_told_task(&self.vault, Some(organization), told, Some(executions), now)
                .await?;
            transaction
                .audit(organization, &self.actor, note.clone(), now)
                .await?;
            Ok(task)
        })?;
        self.signals.raise_tasks();
        Ok(BegunErasure { task, executions })
    }

    /// Erases what a person executed in the organization, and counts the executions in `erased` as they go. Nobody is
    /// told.
    pub async fn erase_person(
        &self,
        organization: OrganizationId,
        names: &[String],
        erased: &AtomicU64,
    ) -> Result<(), StoreError> {
        let why = Why::ErasedOf(names.to_vec());
        for agent in self.agents(organization).await? {
            let owner = self.owner(organization, &agent.agent_id).await?;
            self.sweep(owner, &agent.agent_id, &why, erased).await?;
        }
        self.give_back().await
    }

    /// What `erase_person` would erase, by agent.
    pub async fn personal_data(
        &self,
        organization: OrganizationId,
        names: &[String],
    ) -> Result<Vec<PersonalData>, StoreError> {
        let mut data = Vec::new();
        for agent in self.agents(organization).await? {
            let owner = self.owner(organization, &agent.agent_id).await?;
            let mut statement = Statement::new(
                "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(MIN(e.executed_at), 0) FROM executions e
                 WHERE e.organization_id = ",
            );
            statement.bind(organization.0);
            statement.push(" AND e.agent_key = ").bind(owner.agent_key);
            push_executed_by(&mut statement, names);
            let found = Snapshot::begin(&self.long_reads)
                .await?
                .integers::<2>(statement)
                .await?;
            if let Some([executions, oldest]) = found.first().filter(|[executions, _]| *executions > 0) {
                data.push(PersonalData {
                    agent_id: agent.agent_id,
                    name: agent.name,
                    executions: executions.unsigned_abs(),
                    oldest: time::from_micros(*oldest),
                });
            }
        }
        Ok(data)
    }

    /// The agent, as what is done to its stored executions needs it.
    pub(crate) async fn owner(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<Owner, StoreError> {
        Ok(Owner {
            organization,
            agent_key: self.agent_key(organization, agent).await?,
            kept: None,
        })
    }
}
