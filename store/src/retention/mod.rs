//! How long executions are kept, and what is done about those that are older or that somebody wants erased.

mod clock;
mod erase;
mod overdue;
mod purge;
mod runs;
mod sweep;
mod values;

pub use erase::{BegunErasure, PersonalData};
pub use overdue::Overdue;
pub use purge::Purged;

use crate::{
    Note, Store, StoreError,
    recording::{Kept, Owner},
    row::decode_error,
    transaction::transact,
};
use chrono::Utc;
use domain::{Agent, AgentId, AuditAction, OrganizationId, Retention, Timestamp, retention};

/// A retention as it is stored: the plan's name, and days where the plan has none of its own.
pub(crate) fn stored_retention(plan: &str, days: Option<i64>) -> Result<Retention, StoreError> {
    let days = days.map(u32::try_from).transpose().map_err(decode_error)?;
    Ok(Retention::parse(plan, days).map_err(decode_error)?)
}

impl Store {
    /// Keeps the organization's executions that long from now on. What is too old goes with the next purge.
    pub async fn set_retention(
        &self,
        organization: OrganizationId,
        retention: Retention,
    ) -> Result<(), StoreError> {
        let days = match retention {
            Retention::Enterprise(days) => Some(i64::from(days)),
            Retention::None | Retention::Standard | Retention::Pro => None,
        };
        transact!(self.backend, |transaction| {
            let before = transaction.hold_organization(organization).await?.retention;
            if before == retention {
                return Ok(());
            }
            transaction
                .execute(
                    "UPDATE organizations SET retention_plan = $2, retention_days = $3
                     WHERE organization_id = $1",
                    (organization.0, retention.plan(), days),
                )
                .await?;
            let note = Note::new(AuditAction::RetentionChanged)
                .changed("plan", before.plan(), retention.plan())
                .changed("days", before.days(), retention.days());
            transaction
                .audit(organization, &self.actor, note, Utc::now())
                .await?;
            Ok(())
        })
    }

    /// Keeps an agent's executions for fewer days than the organization does; `None` for as many. `Invalid` where it
    /// would not be fewer.
    pub async fn set_agent_retention(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        days: Option<u32>,
    ) -> Result<Agent, StoreError> {
        if let Some(days) = days {
            self.organization(organization)
                .await?
                .retention
                .check_agent_days(days)?;
        }
        transact!(self.backend, |transaction| {
            let before = transaction.hold_agent(organization, agent).await?;
            if before.retention_days != days.map(i64::from) {
                transaction
                    .execute(
                        "UPDATE agents SET retention_days = $3 WHERE organization_id = $1 AND agent_id = $2",
                        (organization.0, agent.as_str(), days.map(i64::from)),
                    )
                    .await?;
                let note = Note::new(AuditAction::RetentionChanged)
                    .about("agent", agent.as_str(), Some(&before.name))
                    .changed("days", before.retention_days, days);
                transaction
                    .audit(organization, &self.actor, note, Utc::now())
                    .await?;
            }
            Ok(())
        })?;
        self.agent(organization, agent).await
    }

    /// How many days the agent's executions are kept, its own and its organization's days considered; `None` is for
    /// ever.
    pub async fn days_kept(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<Option<u32>, StoreError> {
        Ok(self.key_and_days(organization, agent).await?.1)
    }

    /// The agent as its recorder knows it.
    pub(crate) async fn recording_owner(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<Owner, StoreError> {
        let (agent_key, days) = self.key_and_days(organization, agent).await?;
        let kept = days.map(|days| Kept {
            days,
            since: retention::kept_since(days, now),
        });
        Ok(Owner {
            organization,
            agent_key,
            kept,
        })
    }

    async fn key_and_days(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<(i64, Option<u32>), StoreError> {
        let row: Option<(i64, Option<i64>, String, Option<i64>)> = self
            .backend
            .fetch_optional(
                "SELECT a.agent_key, a.retention_days, o.retention_plan, o.retention_days FROM agents a
                 JOIN organizations o ON o.organization_id = a.organization_id
                 WHERE a.organization_id = $1 AND a.agent_id = $2",
                (organization.0, agent.as_str()),
            )
            .await?;
        let (agent_key, own, plan, days) = row.ok_or(StoreError::NotFound("agent"))?;
        let own = own.map(u32::try_from).transpose().map_err(decode_error)?;
        let retention = stored_retention(&plan, days)?;
        Ok((agent_key, retention.days_of_agent(own)))
    }
}
