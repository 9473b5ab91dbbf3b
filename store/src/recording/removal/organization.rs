//! Taking out what is left of an organization that is deleted, some rows at a time, the large tables first. Every step
//! begins with the first table again: so it goes on wherever another process stopped, and what somebody who was under way
//! wrote behind it is found by a later one.

use crate::{
    StoreError,
    backend::Backend,
    transaction::{WriteTransaction, transact},
};
use domain::OrganizationId;

/// Executions that one transaction removes.
const EXECUTIONS: i64 = 200;
/// Rows of other tables that one transaction removes.
const ROWS: i64 = 1_000;

/// A table that holds rows of organizations, and the columns by which SQLite tells them apart. Tables that refer to others
/// stand before these. Executions and payloads go before all of them.
type Table = (&'static str, &'static str);

const TABLES: [Table; 22] = [
    ("facet_counts", "organization_id, agent_key, day, number"),
    ("facet_days", "organization_id, agent_key, day"),
    ("execution_log", "position"),
    (
        "execution_counts",
        "organization_id, agent_key, width, bucket, status, source",
    ),
    ("facets", "organization_id, agent_key, kind, value"),
    ("erased_executions", "organization_id, execution_id"),
    ("activations", "organization_id, agent_key, activated_at, number"),
    ("versions", "organization_id, agent_key, number"),
    ("agents", "organization_id, agent_key"),
    ("api_keys", "organization_id, api_key_id"),
    ("api_key_spending", "organization_id, api_key_id, month"),
    ("connections", "organization_id, connection_id"),
    ("invitation_links", "token_hash"),
    ("invitations", "organization_id, invitation_id"),
    ("links", "token_hash"),
    ("sessions", "token_hash"),
    ("memberships", "organization_id, user_id"),
    ("retention_runs", "organization_id"),
    ("tasks", "task_key"),
    ("reencryptions", "organization_id"),
    ("organization_keys", "organization_id, number"),
    ("audit_events", "organization_id, logged_at, event_id"),
];
/// A table that PostgreSQL alone has.
const POSTGRES_TABLE: Table = ("api_key_requests", "");

/// Removes some rows, or the organization's own where no others are left; answers how many others that were. Nothing where
/// it is not being deleted, or another server is at it.
pub(crate) async fn remove_some(backend: &Backend, organization: OrganizationId) -> Result<u64, StoreError> {
    transact!(*backend, |transaction| {
        if !transaction.hold_deleted(organization).await? {
            return Ok(0);
        }
        let mut rows = transaction.remove_executions(organization).await?;
        let own = match backend {
            Backend::Sqlite(_) => None,
            Backend::Postgres(_) => Some(POSTGRES_TABLE),
        };
        for table in TABLES.into_iter().chain(own) {
            if rows > 0 {
                break;
            }
            rows = transaction.remove_rows(organization, table).await?;
        }
        if rows == 0 {
            transaction
                .execute(
                    "DELETE FROM organizations WHERE organization_id = $1",
                    (organization.0,),
                )
                .await?;
        }
        Ok(rows)
    })
}

impl WriteTransaction {
    /// Whether the organization is being deleted, and nobody else is at it until the transaction ends.
    async fn hold_deleted(&mut self, organization: OrganizationId) -> Result<bool, StoreError> {
        let lock = self.lock("FOR NO KEY UPDATE SKIP LOCKED");
        let sql = format!(
            "SELECT CAST(1 AS BIGINT) FROM organizations
             WHERE organization_id = $1 AND deleting_at IS NOT NULL {lock}"
        );
        let found: Option<(i64,)> = self.fetch_optional(sql, (organization.0,)).await?;
        Ok(found.is_some())
    }

    async fn remove_executions(&mut self, organization: OrganizationId) -> Result<u64, StoreError> {
        let keys: Vec<(i64,)> = self
            .fetch(
                "SELECT execution_key FROM executions WHERE organization_id = $1
                 ORDER BY execution_id LIMIT $2",
                (organization.0, EXECUTIONS),
            )
            .await?;
        let keys: Vec<i64> = keys.into_iter().map(|(key,)| key).collect();
        if keys.is_empty() {
            return Ok(0);
        }
        self.delete(organization, &keys).await?;
        Ok(keys.len() as u64)
    }

    async fn remove_rows(
        &mut self,
        organization: OrganizationId,
        (table, columns): Table,
    ) -> Result<u64, StoreError> {
        let sql = match self {
            Self::Sqlite(_) => format!(
                "DELETE FROM {table} WHERE ({columns}) IN
                 (SELECT {columns} FROM {table} WHERE organization_id = $1 LIMIT $2)"
            ),
            Self::Postgres(_) => format!(
                "DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                 SELECT ctid FROM {table} WHERE organization_id = $1 LIMIT $2))"
            ),
        };
        self.execute(sql, (organization.0, ROWS)).await
    }
}
