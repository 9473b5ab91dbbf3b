//! Taking rows away by their keys.

use crate::{StoreError, query::List, transaction::WriteTransaction};
use domain::OrganizationId;

impl WriteTransaction {
    /// Deletes executions and their payloads. The keys are those of rows that were read under their organization in this
    /// transaction.
    pub(super) async fn delete(
        &mut self,
        organization: OrganizationId,
        keys: &[i64],
    ) -> Result<(), StoreError> {
        // As a sum, a column serves no index, so that SQLite finds rows by their keys.
        let tables = match self {
            Self::Sqlite(_) => [
                "DELETE FROM executions
                 WHERE execution_key IN (SELECT value FROM json_each($2)) AND organization_id + 0 = $1",
                "DELETE FROM payloads WHERE execution_key IN (SELECT value FROM json_each($2))",
            ],
            Self::Postgres(_) => [
                "DELETE FROM executions WHERE organization_id = $1 AND execution_key = ANY($2)",
                "DELETE FROM payloads WHERE organization_id = $1 AND execution_key = ANY($2)",
            ],
        };
        for sql in tables {
            self.execute(sql, (organization.0, List(keys))).await?;
        }
        Ok(())
    }

    /// Keeps the identifiers of what was erased.
    pub(super) async fn keep_ids(
        &mut self,
        organization: OrganizationId,
        ids: &[&str],
    ) -> Result<(), StoreError> {
        let sql = match self {
            Self::Sqlite(_) => {
                "INSERT OR IGNORE INTO erased_executions (organization_id, execution_id)
                 SELECT $1, value FROM json_each($2)"
            }
            Self::Postgres(_) => {
                "INSERT INTO erased_executions (organization_id, execution_id)
                 SELECT $1, UNNEST($2::text[]) ON CONFLICT DO NOTHING"
            }
        };
        self.execute(sql, (organization.0, List(ids))).await?;
        Ok(())
    }
}
