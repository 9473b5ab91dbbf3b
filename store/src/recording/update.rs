//! Writing what changes of rows that are there.

use super::change::{Heard, Update};
use crate::{StoreError, row, transaction::WriteTransaction};
use domain::Choice;

impl WriteTransaction {
    pub(super) async fn update(&mut self, update: &Update) -> Result<(), StoreError> {
        let Update {
            organization,
            execution_key,
            after,
            sealed,
            heard_at,
            ..
        } = update;
        self.execute(
            "UPDATE executions SET status = $3, source = $4, executed_at = $5, latency_ms = $6,
                 uncached_input_tokens = $7, cache_read_tokens = $8, cache_write_tokens = $9,
                 output_tokens = $10,
                 reasoning_tokens = $11, tokens_used = $12, cost_nanos = $13, model = $14, version = $15,
                 error_code = $16, executed_by = $17, amended = 1, heard_at = $18
             WHERE organization_id = $1 AND execution_key = $2",
            (
                organization.0,
                execution_key,
                i64::from(after.status.code()),
                i64::from(after.source.code()),
                after.executed_at.timestamp_micros(),
                after.latency_ms,
                row::uncached_input(&after.tokens),
                after.tokens.cache_read_tokens,
                after.tokens.cache_write_tokens,
                after.tokens.output_tokens,
                after.tokens.reasoning_tokens,
                after.tokens.tokens_used,
                after.cost.map(domain::NanoDollars::nanos),
                &after.model,
                &after.version,
                &after.error_code,
                &after.executed_by,
                heard_at.map(|at| at.timestamp_micros()),
            ),
        )
        .await?;
        match self {
            Self::Sqlite(tx) => {
                sqlx::query("UPDATE payloads SET payload = $1 WHERE execution_key = $2")
                    .bind(sealed)
                    .bind(execution_key)
                    .execute(&mut **tx)
                    .await?;
            }
            Self::Postgres(tx) => {
                sqlx::query(
                    "UPDATE payloads SET payload = $1 WHERE execution_key = $2 AND organization_id = $3",
                )
                .bind(sealed)
                .bind(execution_key)
                .bind(organization.0)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// Notes when something was heard of a running execution.
    pub(super) async fn hear(&mut self, heard: &Heard) -> Result<(), StoreError> {
        self.execute(
            "UPDATE executions SET heard_at = $3
             WHERE organization_id = $1 AND execution_key = $2 AND heard_at IS NOT NULL",
            (
                heard.organization.0,
                heard.execution_key,
                heard.at.timestamp_micros(),
            ),
        )
        .await?;
        Ok(())
    }
}
