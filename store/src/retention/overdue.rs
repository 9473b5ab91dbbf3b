//! What is older than it is kept, told without touching it.

use super::stored_retention;
use crate::{
    Store, StoreError,
    history::History,
    row::decode_error,
    snapshot::{Snapshot, Statement},
};
use domain::{
    AgentId, Choice, ExecutionFilter, OrganizationId, Status, Timestamp, retention::kept_since, time,
};

/// An agent some of whose executions are older than they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Name of its organization.
    pub organization: String,
    /// The agent.
    pub agent_id: AgentId,
    /// What people call it.
    pub name: String,
    /// How many days its executions are kept.
    pub days: u32,
    /// What began before this goes.
    pub kept_since: Timestamp,
    /// How many executions would go.
    pub executions: u64,
    /// When the oldest of them began.
    pub oldest: Timestamp,
}

/// An agent whose executions are not kept for ever.
#[derive(Debug, Clone)]
pub(super) struct Limited {
    pub organization: OrganizationId,
    pub organization_name: String,
    pub agent_key: i64,
    pub agent_id: AgentId,
    pub name: String,
    pub days: u32,
}

impl Store {
    /// The agents that have executions which the next purge would remove, of one organization or of all.
    pub async fn overdue(
        &self,
        only: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Vec<Overdue>, StoreError> {
        let mut overdue = Vec::new();
        for agent in self.limited_agents(only).await? {
            let kept_since = kept_since(agent.days, now);
            let executions = self
                .ended_before(agent.organization, &agent.agent_id, kept_since)
                .await?;
            let Some(oldest) = self.oldest_final(&agent).await?.filter(|_| executions > 0) else {
                continue;
            };
            overdue.push(Overdue {
                organization: agent.organization_name,
                agent_id: agent.agent_id,
                name: agent.name,
                days: agent.days,
                kept_since,
                executions,
                oldest,
            });
        }
        Ok(overdue)
    }

    /// How many of the agent's executions began before that instant and have ended: what a purge removes that keeps the
    /// others.
    pub async fn ended_before(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        kept_since: Timestamp,
    ) -> Result<u64, StoreError> {
        let filter = ExecutionFilter {
            statuses: Status::ALL
                .iter()
                .copied()
                .filter(|status| status.is_final())
                .collect(),
            to: Some(kept_since - chrono::TimeDelta::microseconds(1)),
            ..ExecutionFilter::default()
        };
        self.count(organization, agent, &filter).await
    }

    async fn oldest_final(&self, agent: &Limited) -> Result<Option<Timestamp>, StoreError> {
        let history = History {
            organization: agent.organization,
            agent_key: agent.agent_key,
            agent: &agent.agent_id,
        };
        let mut statement =
            Statement::new("SELECT e.executed_at FROM executions e WHERE e.organization_id = ");
        statement.bind(history.organization.0);
        statement.push(" AND e.agent_key = ").bind(history.agent_key);
        statement
            .push(" AND e.status + 0 <> ")
            .bind(Status::Running.code().into());
        statement.push(" ORDER BY e.executed_at LIMIT 1");
        let found = Snapshot::begin(&self.backend)
            .await?
            .integers::<1>(statement)
            .await?;
        Ok(found.first().map(|[micros]| time::from_micros(*micros)))
    }

    /// The agents whose executions are not kept for ever, by organization and name.
    pub(super) async fn limited_agents(
        &self,
        only: Option<OrganizationId>,
    ) -> Result<Vec<Limited>, StoreError> {
        type LimitedRow = (i64, String, String, Option<i64>, i64, String, String, Option<i64>);
        let rows: Vec<LimitedRow> = self
            .backend
            .fetch(
                "SELECT o.organization_id, o.name, o.retention_plan, o.retention_days, a.agent_key,
                 a.agent_id, a.name, a.retention_days
                 FROM organizations o JOIN agents a ON a.organization_id = o.organization_id
                 WHERE (o.organization_id = $1 OR $1 = 0) AND o.deleting_at IS NULL
                     AND (o.retention_plan <> 'none' OR a.retention_days IS NOT NULL)
                 ORDER BY o.name, LOWER(a.name), a.agent_id",
                (only.map_or(0, |organization| organization.0),),
            )
            .await?;
        let mut limited = Vec::with_capacity(rows.len());
        for (organization, organization_name, plan, days, agent_key, agent_id, name, own) in rows {
            let own = own.map(u32::try_from).transpose().map_err(decode_error)?;
            if let Some(days) = stored_retention(&plan, days)?.days_of_agent(own) {
                limited.push(Limited {
                    organization: OrganizationId(organization),
                    organization_name,
                    agent_key,
                    agent_id: agent_id.try_into().map_err(decode_error)?,
                    name,
                    days,
                });
            }
        }
        Ok(limited)
    }
}
