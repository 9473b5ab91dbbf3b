//! Identifiers of executions that were erased: whoever records one again is told so, and nothing is stored.

use crate::{StoreError, query::List, row::decode_error, transaction::WriteTransaction};
use domain::{ExecutionId, OrganizationId};

impl WriteTransaction {
    /// Which of these identifiers were erased.
    pub(super) async fn erased(
        &mut self,
        organization: OrganizationId,
        ids: &[&str],
    ) -> Result<Vec<ExecutionId>, StoreError> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT e.execution_id FROM json_each($2) AS named
                 CROSS JOIN erased_executions e ON e.organization_id = $1 AND e.execution_id = named.value"
            }
            Self::Postgres(_) => {
                "SELECT execution_id FROM erased_executions WHERE organization_id = $1
                 AND execution_id = ANY($2)"
            }
        };
        let found: Vec<(String,)> = self.fetch(sql, (organization.0, List(ids))).await?;
        let ids = found.into_iter().map(|(id,)| ExecutionId::try_from(id));
        Ok(ids.collect::<Result<_, _>>().map_err(decode_error)?)
    }
}
