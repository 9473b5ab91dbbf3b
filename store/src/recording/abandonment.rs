//! Giving up executions of which nothing more is heard. An index of the running ones by when something was last heard of
//! them leads to those; the writer looks again before it gives one up.

use super::owner::Owner;
use crate::{Store, StoreError, row::decode_error};
use domain::{ExecutionId, OrganizationId, Timestamp};
use tokio::task::JoinSet;

/// How many are given up at a time, in one transaction as a rule.
const BATCH: i64 = 200;

/// A running execution: when something was last heard of it, its key, organization, agent and identifier.
type Silent = (i64, i64, i64, i64, String);

impl Store {
    /// Gives up the running executions of which nothing was heard since `heard_before`: they become failed, with the error
    /// code `ABANDONED`, until something is heard of them. Returns how many those were. One that cannot be given up is
    /// passed by, and the log says so.
    pub async fn abandon(&self, heard_before: Timestamp) -> Result<u64, StoreError> {
        let (mut after, mut count) = ((i64::MIN, i64::MIN), 0);
        loop {
            let silent = self.silent(after, heard_before).await?;
            let Some(last) = silent.last() else {
                return Ok(count);
            };
            after = (last.0, last.1);
            let batch: JoinSet<_> = silent
                .into_iter()
                .map(|(_, _, organization, agent_key, id)| {
                    let store = self.clone();
                    async move {
                        let given_up = store.give_up(OrganizationId(organization), agent_key, &id, heard_before);
                        given_up.await.unwrap_or_else(|error| {
                            tracing::warn!(%error, organization, execution = id, "an execution could not be given up");
                            false
                        })
                    }
                })
                .collect();
            count += batch.join_all().await.into_iter().map(u64::from).sum::<u64>();
        }
    }

    async fn silent(&self, after: (i64, i64), heard_before: Timestamp) -> Result<Vec<Silent>, StoreError> {
        self.backend
            .fetch(
                "SELECT e.heard_at, e.execution_key, e.organization_id, e.agent_key, e.execution_id
                 FROM executions e JOIN organizations o ON o.organization_id = e.organization_id
                 WHERE o.deleting_at IS NULL AND e.heard_at < $3
                     AND (e.heard_at, e.execution_key) > ($1, $2)
                 ORDER BY e.heard_at, e.execution_key LIMIT $4",
                (after.0, after.1, heard_before.timestamp_micros(), BATCH),
            )
            .await
    }

    async fn give_up(
        &self,
        organization: OrganizationId,
        agent_key: i64,
        execution: &str,
        heard_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let execution = ExecutionId::try_from(execution.to_owned()).map_err(decode_error)?;
        let owner = Owner {
            organization,
            agent_key,
            kept: None,
        };
        let place = self.recorder.reserve(1)?;
        self.recorder.abandon(place, owner, execution, heard_before).await
    }
}
