//! Forgetting what no reader goes back to.

use crate::{Store, StoreError};
use domain::Timestamp;

/// Entries that one statement deletes, so that recording never waits long for it.
const BATCH: i64 = 500;

impl Store {
    /// Forgets what was logged before that instant, but for the newest entry of each agent, which says where its log
    /// stands. Answers how many entries went.
    pub async fn trim_events(&self, before: Timestamp) -> Result<u64, StoreError> {
        let before = before.timestamp_micros();
        let agents: Vec<(i64, i64)> = self
            .backend
            .fetch(
                "SELECT a.organization_id, a.agent_key FROM agents a
                 WHERE (SELECT l.logged_at FROM execution_log l
                         WHERE l.organization_id = a.organization_id AND l.agent_key = a.agent_key
                         ORDER BY l.position LIMIT 1) < $1
                     AND EXISTS (SELECT 1 FROM execution_log l
                         WHERE l.organization_id = a.organization_id AND l.agent_key = a.agent_key
                         ORDER BY l.position LIMIT 1 OFFSET 1)",
                (before,),
            )
            .await?;
        let mut trimmed = 0;
        for (organization, agent_key) in agents {
            loop {
                let deleted = self
                    .backend
                    .execute(
                        "DELETE FROM execution_log
                         WHERE organization_id = $1 AND agent_key = $2 AND logged_at < $3
                             AND position IN (SELECT position FROM execution_log
                                 WHERE organization_id = $1 AND agent_key = $2 ORDER BY position LIMIT $4)
                             AND position < (SELECT MAX(position) FROM execution_log
                                 WHERE organization_id = $1 AND agent_key = $2)",
                        (organization, agent_key, before, BATCH),
                    )
                    .await?;
                trimmed += deleted;
                if deleted < BATCH.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(trimmed)
    }
}
