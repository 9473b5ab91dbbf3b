//! Removing one agent's executions, a few at a time: they are found among readers and removed by the one writer.

use super::values::Gone;
use crate::{
    Store, StoreError,
    recording::{Chore, Owner, Removal, Why},
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{AgentId, Choice, ExecutionSummary, Status};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Executions that one transaction removes.
const BATCH: i64 = 100;
/// The shortest pause between two transactions, so that readers and recorders hardly notice.
const PAUSE: Duration = Duration::from_millis(10);
/// A pause is at least so many times as long as the transaction before it: on a slow disk, too, the writer is there for
/// recorders most of the time.
const REST: u32 = 2;

impl Store {
    /// Removes all of the agent's executions that `why` holds for, the oldest first, and counts them in `removed` as
    /// they go, so that the number is known whatever happens then.
    pub(super) async fn sweep(
        &self,
        owner: Owner,
        agent: &AgentId,
        why: &Why,
        removed: &AtomicU64,
    ) -> Result<(), StoreError> {
        let (mut from, mut values) = (0, Gone::default());
        loop {
            let found = self.next_to_go(owner, agent, why, from).await?;
            let Some((last, _)) = found.last() else { break };
            from = last.executed_at.timestamp_micros();
            let is_last = (found.len() as i64) < BATCH;
            let removal = Removal {
                owner,
                agent: agent.clone(),
                keys: found.iter().map(|(_, key)| *key).collect(),
                why: why.clone(),
                signed: None,
            };
            let begun = Instant::now();
            let gone = self.recorder.chore(Chore::Remove(removal)).await?;
            let took = begun.elapsed();
            removed.fetch_add(gone, Ordering::Relaxed);
            found.iter().for_each(|(row, _)| values.take(row));
            if is_last {
                break;
            }
            tokio::time::sleep(PAUSE.max(took * REST)).await;
        }
        self.forget_unused(owner, agent, values).await
    }

    /// Some executions that are to go, with their keys, from an instant on.
    async fn next_to_go(
        &self,
        owner: Owner,
        agent: &AgentId,
        why: &Why,
        from: i64,
    ) -> Result<Vec<(ExecutionSummary, i64)>, StoreError> {
        let mut statement = Statement::new(format!(
            "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM executions e WHERE e.organization_id = "
        ));
        statement.bind(owner.organization.0);
        statement.push(" AND e.agent_key = ").bind(owner.agent_key);
        statement.push(" AND e.executed_at >= ").bind(from);
        match why {
            Why::Age(kept_since) => {
                statement
                    .push(" AND e.executed_at < ")
                    .bind(kept_since.timestamp_micros());
                statement
                    .push(" AND e.status + 0 <> ")
                    .bind(Status::Running.code().into());
            }
            Why::Erased => {}
            Why::ErasedOf(names) => push_executed_by(&mut statement, names),
        }
        statement.push(" ORDER BY e.executed_at LIMIT ").bind(BATCH);
        Snapshot::begin(&self.long_reads)
            .await?
            .summaries_with(statement, agent)
            .await
    }

    /// Gives the space that became free back, as far as the database can.
    pub(crate) async fn give_back(&self) -> Result<(), StoreError> {
        loop {
            let begun = Instant::now();
            if self.recorder.chore(Chore::GiveBack).await? == 0 {
                return Ok(());
            }
            tokio::time::sleep(PAUSE.max(begun.elapsed() * REST)).await;
        }
    }
}

/// Only what one of these names executed.
pub(super) fn push_executed_by(statement: &mut Statement, names: &[String]) {
    statement.push(" AND e.executed_by IN (");
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            statement.push(", ");
        }
        statement.bind_text(name);
    }
    statement.push(")");
}
