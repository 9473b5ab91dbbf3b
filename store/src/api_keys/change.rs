//! Changing what bounds a key.

use super::row::{self, KeyRow, key};
use crate::{
    Note, Store, StoreError,
    transaction::{Done, transact_if},
};
use domain::{
    ApiKey, ApiKeyId, AuditAction, KeyChange, KeyState, NanoDollars, OrganizationId, Rule, Timestamp,
};

impl Store {
    /// Changes a key's limits, from its next request on. `NotFound` where there is no such key.
    pub async fn change_api_key(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        change: KeyChange,
        now: Timestamp,
    ) -> Result<Result<ApiKey, Rule>, StoreError> {
        let change = change.checked()?;
        let changed = transact_if!(self.backend, |transaction| {
            // Changes to an organization's keys take turns, so that the event tells what there was before.
            transaction.hold_organization(organization).await?;
            let read = row::one(now);
            let row: Option<KeyRow> = transaction
                .fetch_optional(read, (organization.0, api_key.as_str()))
                .await?;
            let before = key(row.ok_or(StoreError::NotFound("API key"))?)?;
            if before.state(now) != KeyState::Active {
                return Ok(Done::Undone(Err(Rule::KeyEnded)));
            }
            let after = ApiKey {
                requests_per_minute: change.requests_per_minute.unwrap_or(before.requests_per_minute),
                monthly_budget: change.monthly_budget.unwrap_or(before.monthly_budget),
                ..before.clone()
            };
            if after == before {
                return Ok(Done::Undone(Ok(after)));
            }
            transaction
                .execute(
                    "UPDATE api_keys SET requests_per_minute = $3, monthly_budget_nanos = $4
                     WHERE organization_id = $1 AND api_key_id = $2",
                    (
                        organization.0,
                        api_key.as_str(),
                        after.requests_per_minute.map(i64::from),
                        after.monthly_budget.map(NanoDollars::nanos),
                    ),
                )
                .await?;
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
            Ok(Done::Kept(Ok(after)))
        })?;
        Ok(changed.map(|mut key| {
            self.key_activity.uses.put_into(organization, &mut key);
            key
        }))
    }
}
