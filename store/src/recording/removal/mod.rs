//! Taking executions out again: rows, payloads, counts and log change in one transaction, as they do when executions
//! come in, so that a list is exact at every moment, whatever becomes of the process between two batches.

mod delete;
pub(super) mod organization;
mod postgres;
mod sqlite;

use super::{
    change::Counted,
    log::{self, Entry},
    owner::Owner,
};
use crate::{
    StoreError,
    audit::note::Signed,
    backend::Backend,
    counts::{self, SLICE, WIDTHS},
    transaction::{WriteTransaction, transact},
};
use domain::{AgentId, ExecutionSummary, OrganizationId, Timestamp};

/// Removed executions of one transaction that are told one by one. Of more, readers are told to read the list again,
/// which is less work for everybody than a thousand events.
const TOLD_EACH: usize = 50;

/// Executions of one agent that are to go.
#[derive(Debug)]
pub(crate) struct Removal {
    pub owner: Owner,
    pub agent: AgentId,
    /// Which: as they were found a moment ago. Those that `why` does not hold for any more stay.
    pub keys: Vec<i64>,
    pub why: Why,
    /// What the audit log is told in the same transaction, where this is all of it.
    pub signed: Option<Signed>,
}

/// Why executions go.
#[derive(Debug, Clone)]
pub(crate) enum Why {
    /// They have ended, and began before that instant.
    Age(Timestamp),
    /// Somebody asked for it. They do not come back: their identifiers are kept.
    Erased,
    /// Somebody asked for it, for those that one of these names executed.
    ErasedOf(Vec<String>),
}

impl Why {
    fn holds(&self, row: &ExecutionSummary) -> bool {
        match self {
            Self::Age(kept_since) => row.status.is_final() && row.executed_at < *kept_since,
            Self::Erased => true,
            Self::ErasedOf(names) => row.executed_by.as_ref().is_some_and(|name| names.contains(name)),
        }
    }

    fn is_erasure(&self) -> bool {
        !self.is_age()
    }

    fn is_age(&self) -> bool {
        matches!(self, Self::Age(_))
    }
}

/// Removes what still is to go, all of it or nothing; answers how many executions that was.
pub(super) async fn remove(backend: &Backend, removal: &Removal) -> Result<u64, StoreError> {
    let Removal {
        owner,
        agent,
        keys,
        why,
        signed,
    } = removal;
    transact!(*backend, |transaction| {
        transaction.lock_agents([*owner]).await?;
        let mut rows = match transaction {
            WriteTransaction::Sqlite(tx) => sqlite::rows(tx, *owner, agent, keys).await?,
            WriteTransaction::Postgres(tx) => postgres::rows(tx, *owner, agent, keys).await?,
        };
        rows.retain(|(row, _)| why.holds(row));
        if rows.is_empty() {
            return Ok(0);
        }
        let keys: Vec<i64> = rows.iter().map(|(_, key)| *key).collect();
        transaction.delete(owner.organization, &keys).await?;
        if why.is_erasure() {
            let ids: Vec<_> = rows.iter().map(|(row, _)| row.execution_id.as_str()).collect();
            transaction.keep_ids(owner.organization, &ids).await?;
        }
        if why.is_age() {
            transaction.count_untold(owner.organization, keys.len()).await?;
        }
        let counted = rows.iter().map(|(row, _)| Counted {
            organization: owner.organization,
            agent_key: owner.agent_key,
            row,
            by: -1,
        });
        transaction.count(&counted.collect::<Vec<_>>()).await?;
        transaction.drop_empty_counts(*owner, &rows).await?;
        transaction.append(&entries(*owner, &rows)?).await?;
        if let Some(Signed { actor, note }) = signed {
            transaction
                .audit(owner.organization, actor, note.clone(), chrono::Utc::now())
                .await?;
        }
        Ok(rows.len() as u64)
    })
}

/// What the log is told.
fn entries(owner: Owner, rows: &[(ExecutionSummary, i64)]) -> Result<Vec<Entry>, StoreError> {
    if rows.len() > TOLD_EACH {
        return Ok(vec![Entry::many(owner.organization, owner.agent_key)]);
    }
    rows.iter()
        .map(|(row, key)| log::changed(owner.organization, owner.agent_key, *key, row))
        .collect()
}

impl WriteTransaction {
    /// Counts executions that go by age, until the end of the run tells of them (`retention/runs.rs`).
    async fn count_untold(&mut self, organization: OrganizationId, removed: usize) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO retention_runs (organization_id, last_removed, removed, untold) VALUES ($1, 0, 0, $2)
             ON CONFLICT (organization_id) DO UPDATE SET untold = retention_runs.untold + $2",
            (organization.0, i64::try_from(removed).unwrap_or(i64::MAX)),
        )
        .await?;
        Ok(())
    }

    /// Drops counts that have come to nothing, so that a history whose beginning is deleted day by day keeps no trace
    /// of every quarter of an hour that it ever had.
    async fn drop_empty_counts(
        &mut self,
        owner: Owner,
        rows: &[(ExecutionSummary, i64)],
    ) -> Result<(), StoreError> {
        let micros = || rows.iter().map(|(row, _)| row.executed_at.timestamp_micros());
        let (Some(first), Some(last)) = (micros().min(), micros().max()) else {
            return Ok(());
        };
        for width in WIDTHS.into_iter().chain([SLICE]) {
            self.execute(
                "DELETE FROM execution_counts WHERE organization_id = $1 AND agent_key = $2 AND width = $3
                 AND bucket BETWEEN $4 AND $5 AND executions = 0",
                (
                    owner.organization.0,
                    owner.agent_key,
                    width,
                    counts::bucket_of(first, width),
                    counts::bucket_of(last, width),
                ),
            )
            .await?;
        }
        Ok(())
    }
}
