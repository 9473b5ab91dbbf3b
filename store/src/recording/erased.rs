//! Identifiers of executions that were erased: whoever records one again is told so, and nothing is stored.

use crate::{StoreError, row::decode_error, transaction::WriteTransaction};
use domain::{ExecutionId, OrganizationId};

impl WriteTransaction {
    /// Which of these identifiers were erased.
    pub(super) async fn erased(
        &mut self,
        organization: OrganizationId,
        ids: &[&str],
    ) -> Result<Vec<ExecutionId>, StoreError> {
        let found: Vec<(String,)> = match self {
            Self::Sqlite(tx) => {
                sqlx::query_as(
                    "SELECT e.execution_id FROM json_each($2) AS named
                     CROSS JOIN erased_executions e ON e.organization_id = $1 AND e.execution_id = named.value",
                )
                .bind(organization.0)
                .bind(serde_json::to_string(ids).map_err(decode_error)?)
                .fetch_all(&mut **tx)
                .await?
            }
            Self::Postgres(tx) => {
                sqlx::query_as(
                    "SELECT execution_id FROM erased_executions
                     WHERE organization_id = $1 AND execution_id = ANY($2)",
                )
                .bind(organization.0)
                .bind(ids)
                .fetch_all(&mut **tx)
                .await?
            }
        };
        let ids = found.into_iter().map(|(id,)| ExecutionId::try_from(id));
        Ok(ids.collect::<Result<_, _>>().map_err(decode_error)?)
    }
}
