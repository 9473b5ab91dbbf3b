//! Executions: listed, read and exported.

mod evidence;
mod export;
mod faceted;
mod neighbors;
mod page;
mod strip;
mod tally;
mod usual;

pub use export::ExportCursor;
pub use neighbors::Neighbors;
pub(crate) use page::{cells_condition, push_uncounted_conditions};
pub(crate) use tally::{Tally, place_of};

use crate::{
    Store, StoreError,
    backend::on_pool,
    codec,
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{
    AgentId, EventPosition, Execution, ExecutionFilter, ExecutionId, ExecutionSummary, OrganizationId,
    PageRequest, Strip, Timestamp, zones::Tz,
};

/// Rows of a list and the exact number of all of them, from one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionPage {
    /// Newest first.
    pub executions: Vec<ExecutionSummary>,
    /// How many pass the filter.
    pub total: u64,
    /// Where the event stream goes on from here.
    pub position: EventPosition,
}

/// An agent's executions, as its tables' keys name them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub agent: &'a AgentId,
}

impl Store {
    /// The agent's executions, or `NotFound`: what nearly every reading begins with.
    pub(crate) async fn history<'a>(
        &self,
        organization: OrganizationId,
        agent: &'a AgentId,
    ) -> Result<History<'a>, StoreError> {
        Ok(History {
            organization,
            agent_key: self.agent_key(organization, agent).await?,
            agent,
        })
    }

    /// One page, newest first by `executed_at`, then `execution_id`.
    pub async fn list(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        page: PageRequest,
    ) -> Result<ExecutionPage, StoreError> {
        let history = self.history(organization, agent).await?;
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        page::read(&mut snapshot, history, filter, page).await
    }

    /// A page together with the history over time of its whole list, as `list` and `strip` read them, from one snapshot:
    /// the bars add up to the total.
    pub async fn list_with_strip(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        page: PageRequest,
        zone: Tz,
        now: Timestamp,
    ) -> Result<(ExecutionPage, Strip), StoreError> {
        let history = self.history(organization, agent).await?;
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        let page = page::read(&mut snapshot, history, filter, page).await?;
        let strip = strip::read(&mut snapshot, history, filter, zone, now).await?;
        Ok((page, strip))
    }

    /// How many executions pass the filter: the total of their list without its rows.
    pub async fn count(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
    ) -> Result<u64, StoreError> {
        let history = self.history(organization, agent).await?;
        page::total(&mut Snapshot::begin(&self.backend).await?, history, filter).await
    }

    /// One execution, whole, or `NotFound`.
    pub async fn execution(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &ExecutionId,
    ) -> Result<Execution, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let keys = self.vault.keys(organization).await?;
        let join = self.payload_join();
        let mut statement = Statement::new(format!(
            "SELECT {SUMMARY_COLUMNS}, p.payload FROM executions e {join} "
        ));
        statement.push("WHERE e.organization_id = ").bind(organization.0);
        statement
            .push(" AND e.execution_id = ")
            .bind_text(execution.as_str());
        statement.push(" AND e.agent_key = ").bind(agent_key);
        let found = Snapshot::begin(&self.backend)
            .await?
            .sealed(statement, agent)
            .await?;
        let keys = self.vault.covering(keys, &found).await?;
        let (summary, sealed) = found
            .into_iter()
            .next()
            .ok_or(StoreError::NotFound("execution"))?;
        let payload = codec::open(&keys, &summary.execution_id, &sealed)?;
        Ok(Execution { summary, payload })
    }

    /// The agent whose execution this is, anywhere in the organization.
    pub async fn agent_of_execution(
        &self,
        organization: OrganizationId,
        execution: &ExecutionId,
    ) -> Result<Option<AgentId>, StoreError> {
        let found: Option<(String,)> = on_pool!(self.backend, |pool| sqlx::query_as(
            "SELECT a.agent_id FROM executions e
             JOIN agents a ON a.organization_id = e.organization_id AND a.agent_key = e.agent_key
             WHERE e.organization_id = $1 AND e.execution_id = $2"
        )
        .bind(organization.0)
        .bind(execution.as_str())
        .fetch_optional(pool)
        .await?);
        Ok(found.and_then(|(agent,)| agent.parse().ok()))
    }

    /// How `payloads p` is joined to `executions e`: on each database by its primary key.
    fn payload_join(&self) -> &'static str {
        match self.backend {
            crate::backend::Backend::Sqlite(_) => "JOIN payloads p ON p.execution_key = e.execution_key",
            crate::backend::Backend::Postgres(_) => {
                "JOIN payloads p ON p.organization_id = e.organization_id AND p.execution_key = e.execution_key"
            }
        }
    }
}
