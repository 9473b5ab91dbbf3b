//! Recording: what callers hand over waits in a bounded queue, and one writer commits it in groups. Whoever recorded
//! is answered after the commit.

mod abandonment;
mod change;
mod counting;
mod draft;
mod erased;
mod fetch;
mod forget;
mod job;
mod lock;
pub(crate) mod log;
mod outcome;
mod owner;
mod plan;
mod postgres;
mod queue;
mod removal;
mod space;
mod sqlite;
mod stored;
mod update;
mod writer;

pub(crate) use forget::Unused;
pub use outcome::{AmendOutcome, RecordResult, Recorded};
pub(crate) use owner::{Kept, Owner};
pub(crate) use queue::{Chore, Recorder};
pub(crate) use removal::{Removal, Why};

use crate::{Store, StoreError, ids, vault::Keys};
use domain::{
    AgentId, ApiKeyId, Execution, ExecutionFields, ExecutionId, OrganizationId, Timestamp, fields::Defaults,
    time,
};
use draft::Draft;
use job::Place;
use outcome::Amendment;
use std::sync::Arc;

/// Batches of this many executions and more are prepared on a thread where blocking is allowed.
const LARGE_BATCH: usize = 8;

/// Who records, for what the fields leave out.
#[derive(Debug, Clone, Default)]
pub struct RecordedBy {
    /// The key that is used.
    pub api_key_id: Option<ApiKeyId>,
    /// The person who is signed in.
    pub executed_by: Option<String>,
    /// Address.
    pub ip_address: Option<String>,
    /// Program.
    pub user_agent: Option<String>,
}

/// Place for executions of one agent that are recorded in several steps.
pub struct Recording {
    recorder: Arc<Recorder>,
    owner: Owner,
    place: Place,
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
        caller: &RecordedBy,
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
        caller: &RecordedBy,
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
            None => Box::pin(self.execution(organization, agent, execution)).await,
        };
        Ok(match outcome.ok_or(StoreError::NotFound("execution"))? {
            Amendment::Amended(amended) => AmendOutcome::Amended(Box::pin(told(amended)).await?),
            Amendment::Unchanged(same) => AmendOutcome::Unchanged(Box::pin(told(same)).await?),
            Amendment::Final => AmendOutcome::Final,
            Amendment::Invalid(errors) => AmendOutcome::Invalid(errors),
        })
    }
}
