//! Recording: what callers hand over waits in a bounded queue, and one writer commits it in groups. Whoever recorded
//! is answered after the commit.

mod abandonment;
mod erased;
mod fetch;
mod forget;
mod log;
mod plan;
mod postgres;
mod queue;
mod removal;
mod space;
mod sqlite;
mod stored;
mod writer;

pub(crate) use forget::Unused;
pub(crate) use plan::Plan;
pub(crate) use queue::{Chore, Recorder};
pub(crate) use removal::{Removal, Why};
pub(crate) use writer::{Tries, WriteTransaction, on_transaction};

use crate::{Held, Store, StoreError, codec, ids, vault::Keys};
use domain::{
    AgentId, ApiKeyId, Execution, ExecutionFields, ExecutionId, ExecutionSummary, FieldError, OrganizationId,
    SpentBudget, Timestamp, fields::Defaults, time,
};
use std::sync::Arc;

/// Batches of this many executions and more are prepared on a thread where blocking is allowed.
const LARGE_BATCH: usize = 8;

/// Who records, for what the fields leave out.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The key that is used.
    pub api_key_id: Option<ApiKeyId>,
    /// The person who is signed in.
    pub executed_by: Option<String>,
    /// Address.
    pub ip_address: Option<String>,
    /// Program.
    pub user_agent: Option<String>,
}

/// What became of one recorded execution.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordResult {
    /// It is stored now.
    Created(ExecutionSummary),
    /// It was there, still running, and these fields ended it.
    Finished(ExecutionSummary),
    /// The same was there already.
    Unchanged(ExecutionSummary),
    /// Another execution has that identifier; it stays as it is.
    Conflict,
    /// It could not be put over the running one.
    Invalid(Vec<FieldError>),
    /// It began before what is kept, and is not stored.
    Expired {
        /// How many days the agent's executions are kept.
        days: u32,
    },
    /// It was erased on request, and is not stored again.
    Erased,
    /// It would begin something, and the budget of its key is spent.
    BudgetSpent(SpentBudget),
}

/// One recorded execution's identifier, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// As given, or ours.
    pub execution_id: ExecutionId,
    /// What became of it.
    pub result: RecordResult,
}

/// What became of an amendment.
#[derive(Debug, PartialEq)]
pub enum AmendOutcome {
    /// The execution as it is now.
    Amended(Held<Execution>),
    /// It says so already.
    Unchanged(Held<Execution>),
    /// It is final, and says something else.
    Final,
    /// The fields contradict what is there.
    Invalid(Vec<FieldError>),
}

/// What became of an amendment, as the writer tells it: `None` where the execution is large.
#[derive(Debug)]
pub(crate) enum Amendment {
    Amended(Option<Execution>),
    Unchanged(Option<Execution>),
    Final,
    Invalid(Vec<FieldError>),
}

/// The agent under which something is recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub organization: OrganizationId,
    pub agent_key: i64,
    /// What is kept of new ones; `None` is all.
    pub kept: Option<Kept>,
}

/// How long an agent's executions are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub days: u32,
    /// What began earlier is not stored any more.
    pub since: Timestamp,
}

/// An execution that is ready to be written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub summary: ExecutionSummary,
    pub sealed: Vec<u8>,
    /// The keys that sealed it.
    pub keys: Arc<Keys>,
    /// When it was handed over.
    pub taken_at: Timestamp,
    /// What was given, where the identifier was: only then can the execution be there already.
    pub given: Option<(ExecutionFields, Defaults)>,
}

impl Draft {
    fn new(keys: Arc<Keys>, mut fields: ExecutionFields, defaults: Defaults) -> Result<Self, StoreError> {
        let taken_at = defaults.now;
        let payload = std::mem::take(&mut fields.payload);
        let given = fields.execution_id.is_some().then(|| {
            let own = (payload.ip_address.clone(), payload.user_agent.clone());
            (fields.clone(), defaults.clone(), own)
        });
        fields.payload = payload;
        let Execution { summary, payload } = fields.into_execution(defaults);
        let sealed = codec::seal(&keys, &summary.execution_id, &payload)?;
        // The payload is large, so what was given gets it back instead of a copy.
        let given = given.map(|(mut fields, defaults, own)| {
            fields.payload = payload;
            (fields.payload.ip_address, fields.payload.user_agent) = own;
            (fields, defaults)
        });
        Ok(Self {
            summary,
            sealed,
            keys,
            taken_at,
            given,
        })
    }
}

/// Place for executions of one agent that are recorded in several steps.
pub struct Recording {
    recorder: Arc<Recorder>,
    owner: Owner,
    place: queue::Place,
    keys: Arc<Keys>,
    defaults: Defaults,
}

impl Recording {
    /// Records the next executions, in order. Each is recorded whole or not at all; what is answered is durable.
    ///
    /// # Errors
    /// `Busy` where these are more than there is place for.
    pub async fn record(&mut self, executions: Vec<ExecutionFields>) -> Result<Vec<Recorded>, StoreError> {
        let place = self.place.split(executions.len()).ok_or(StoreError::Busy)?;
        let (keys, defaults) = (self.keys.clone(), self.defaults.clone());
        let prepare = move || {
            let draft = |fields| {
                let defaults = Defaults {
                    execution_id: ids::execution_id(defaults.now),
                    ..defaults.clone()
                };
                Draft::new(keys.clone(), fields, defaults)
            };
            executions.into_iter().map(draft).collect::<Result<Vec<_>, _>>()
        };
        let drafts = if place.size() < LARGE_BATCH {
            prepare()?
        } else {
            tokio::task::spawn_blocking(prepare)
                .await
                .map_err(|_| StoreError::Closed)??
        };
        self.recorder.record(place, self.owner, drafts).await
    }
}

impl Store {
    /// Records executions of one agent, in order. Each is recorded whole or not at all; what is answered is durable.
    /// `Busy` where too much is waiting.
    pub async fn record(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        caller: &Caller,
        now: Timestamp,
        executions: Vec<ExecutionFields>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let count = executions.len();
        let mut recording = self
            .begin_recording(organization, agent, caller, now, count)
            .await?;
        recording.record(executions).await
    }

    /// Takes place for so many executions of one agent, which are handed over bit by bit.
    ///
    /// # Errors
    /// `Busy` where too much is waiting.
    pub async fn begin_recording(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        caller: &Caller,
        now: Timestamp,
        executions: usize,
    ) -> Result<Recording, StoreError> {
        let owner = self.recording_owner(organization, agent, now).await?;
        let place = self.recorder.reserve(executions)?;
        let keys = self.vault.encrypting_keys(organization).await?;
        let defaults = Defaults {
            agent_id: agent.clone(),
            execution_id: ids::execution_id(now),
            now: time::truncate(now),
            api_key_id: caller.api_key_id.clone(),
            executed_by: caller.executed_by.clone(),
            ip_address: caller.ip_address.clone(),
            user_agent: caller.user_agent.clone(),
        };
        Ok(Recording {
            recorder: self.recorder.clone(),
            owner,
            place,
            keys,
            defaults,
        })
    }

    /// Puts the given fields over those of a running execution, or of one that was given up. `NotFound` where there is
    /// none of that identifier.
    pub async fn amend(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &ExecutionId,
        fields: ExecutionFields,
        now: Timestamp,
    ) -> Result<AmendOutcome, StoreError> {
        let owner = self.owner(organization, agent).await?;
        let place = self.recorder.reserve(1)?;
        self.vault.encrypting_keys(organization).await?;
        let outcome = self
            .recorder
            .amend(place, owner, execution.clone(), fields, now)
            .await?;
        let told = async |told: Option<Execution>| match told {
            Some(told) => Ok(told.into()),
            None => self.execution(organization, agent, execution).await,
        };
        Ok(match outcome.ok_or(StoreError::NotFound("execution"))? {
            Amendment::Amended(amended) => AmendOutcome::Amended(told(amended).await?),
            Amendment::Unchanged(same) => AmendOutcome::Unchanged(told(same).await?),
            Amendment::Final => AmendOutcome::Final,
            Amendment::Invalid(errors) => AmendOutcome::Invalid(errors),
        })
    }
}
