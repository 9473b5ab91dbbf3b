//! Changing what bounds a key.

use super::row::{self, KeyRow, key};
use crate::{Note, Store, StoreError, transaction::on_transaction};
use domain::{ApiKey, ApiKeyId, AuditAction, KeyChange, KeyState, NanoDollars, OrganizationId, Timestamp};
use sqlx::AssertSqlSafe;

impl Store {
    /// Changes a key's limits, from its next request on. `NotFound` where there is no such key, `KeyEnded` where it was
    /// revoked or has expired.
    pub async fn change_api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        change: KeyChange,
        now: Timestamp,
    ) -> Result<ApiKey, StoreError> {
        let change = change.checked()?;
        let mut transaction = self.write().await?;
        // Changes to an organization's keys take turns, so that the event tells what there was before.
        transaction.hold_organization(organization).await?;
        let read = row::one(now);
        let row: Option<KeyRow> = on_transaction!(&mut transaction, |tx| sqlx::query_as(AssertSqlSafe(read))
            .bind(organization.0)
            .bind(api_key.as_str())
            .fetch_optional(&mut **tx)
            .await?);
        let before = key(row.ok_or(StoreError::NotFound("API key"))?)?;
        if before.state(now) != KeyState::Active {
            return Err(StoreError::KeyEnded);
        }
        let mut after = ApiKey {
            requests_per_minute: change.requests_per_minute.unwrap_or(before.requests_per_minute),
            monthly_budget: change.monthly_budget.unwrap_or(before.monthly_budget),
            ..before.clone()
        };
        if after == before {
            self.key_activity.uses.put_into(organization, &mut after);
            return Ok(after);
        }
        on_transaction!(&mut transaction, |tx| {
            sqlx::query(
                "UPDATE api_keys SET requests_per_minute = $3, monthly_budget_nanos = $4
                 WHERE organization_id = $1 AND api_key_id = $2",
            )
            .bind(organization.0)
            .bind(api_key.as_str())
            .bind(after.requests_per_minute.map(i64::from))
            .bind(after.monthly_budget.map(NanoDollars::nanos))
            .execute(&mut **tx)
            .await?;
        });
        let mut note = Note::new(AuditAction::ApiKeyChanged).about_key(&after);
        if after.requests_per_minute != before.requests_per_minute {
            let (before, after) = (before.requests_per_minute, after.requests_per_minute);
            note = note.changed("requestsPerMinute", before, after);
        }
        if after.monthly_budget != before.monthly_budget {
            let dollars = |key: &ApiKey| key.monthly_budget.map(NanoDollars::dollars);
            note = note.changed("monthlyBudgetUSD", dollars(&before), dollars(&after));
        }
        transaction.audit(organization, &self.actor, note, now).await?;
        transaction.commit().await?;
        self.key_activity.uses.put_into(organization, &mut after);
        Ok(after)
    }
}
