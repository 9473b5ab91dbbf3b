//! Executions: listed, read and exported.

pub(crate) mod condition;
mod evidence;
mod export;
mod faceted;
mod neighbors;
mod page;
mod strip;
pub(crate) mod tally;
mod usual;

pub use export::{ExportCursor, Exported};
pub use neighbors::Neighbors;
pub use page::ExecutionPage;

use crate::{
    Store, StoreError, codec,
    held::{self, Held, SEALED_LARGE},
    history::History,
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{
    AgentId, Execution, ExecutionFilter, ExecutionId, OrganizationId, PageRequest, Strip, Timestamp,
    zones::Tz,
};

impl Store {
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

    /// One execution, whole, or `NotFound`. Waits in line where it is large, and others read large ones just now.
    pub async fn execution(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &ExecutionId,
    ) -> Result<Held<Execution>, StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let keys = self.vault.keys(organization).await?;
        let one = |payload: &str| {
            let mut statement = self.one_execution(organization, agent_key, execution);
            statement.sql = format!("SELECT {SUMMARY_COLUMNS}, {payload} {}", statement.sql);
            statement
        };
        // Without the payload where that is large: it is read once there is place for it.
        let small = format!("CASE WHEN LENGTH(p.payload) < {SEALED_LARGE} THEN p.payload END");
        let found = Snapshot::begin(&self.backend)
            .await?
            .summaries_with::<Option<Vec<u8>>>(one(&small), agent)
            .await?;
        let missing = || StoreError::NotFound("execution");
        let (mut summary, sealed) = found.into_iter().next().ok_or_else(missing)?;
        let (sealed, share) = match sealed {
            Some(sealed) => (sealed, None),
            None => {
                let share = self.opened.take(organization, codec::LARGEST).await?;
                let found = Snapshot::begin(&self.backend)
                    .await?
                    .summaries_with::<Vec<u8>>(one("p.payload"), agent)
                    .await?;
                let (again, sealed) = found.into_iter().next().ok_or_else(missing)?;
                summary = again;
                (sealed, Some(share))
            }
        };
        let numbers = codec::key_number(&sealed).into_iter().collect();
        let keys = self.vault.covering(keys, numbers).await?;
        let packed = codec::decrypt(&keys, &summary.execution_id, sealed)?;
        let size = packed.size();
        let share = held::share_for(&self.opened, organization, size, share).await?;
        held::unpack(size, share, move || {
            let payload = packed.unpack()?;
            Ok(Execution { summary, payload })
        })
        .await
    }

    /// Nothing where the agent has that execution, or `NotFound`.
    pub async fn expect_execution(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        execution: &ExecutionId,
    ) -> Result<(), StoreError> {
        let agent_key = self.agent_key(organization, agent).await?;
        let mut statement = self.one_execution(organization, agent_key, execution);
        statement.sql = format!("SELECT e.execution_key {}", statement.sql);
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        let found: Vec<[i64; 1]> = snapshot.integers(statement).await?;
        found.first().map(|_| ()).ok_or(StoreError::NotFound("execution"))
    }

    /// ` FROM …` of one execution and its payload.
    fn one_execution(
        &self,
        organization: OrganizationId,
        agent_key: i64,
        execution: &ExecutionId,
    ) -> Statement {
        let mut statement = Statement::new(format!("FROM executions e {} ", self.payload_join()));
        statement.push("WHERE e.organization_id = ").bind(organization.0);
        statement
            .push(" AND e.execution_id = ")
            .bind_text(execution.as_str());
        statement.push(" AND e.agent_key = ").bind(agent_key);
        statement
    }

    /// Selects summaries and sealed payloads of executions by their keys, newest first.
    fn whole(
        &self,
        snapshot: &Snapshot,
        history: History<'_>,
        keys: impl IntoIterator<Item = [i64; 1]>,
    ) -> Statement {
        let join = self.payload_join();
        let mut statement = Statement::new("WITH wanted AS MATERIALIZED (");
        snapshot.push_table(&mut statement, ["execution_key"], keys);
        statement.push(&format!(
            ") SELECT {SUMMARY_COLUMNS}, p.payload FROM wanted CROSS JOIN executions e {join} WHERE e.organization_id = "
        ));
        statement.bind(history.organization.0);
        statement.push(
            " AND e.execution_key = wanted.execution_key ORDER BY e.executed_at DESC, e.execution_id DESC",
        );
        statement
    }

    /// The agent whose execution this is, anywhere in the organization.
    pub async fn agent_of_execution(
        &self,
        organization: OrganizationId,
        execution: &ExecutionId,
    ) -> Result<Option<AgentId>, StoreError> {
        let found: Option<(String,)> = self
            .backend
            .fetch_optional(
                "SELECT a.agent_id FROM executions e
                 JOIN agents a ON a.organization_id = e.organization_id AND a.agent_key = e.agent_key
                 WHERE e.organization_id = $1 AND e.execution_id = $2",
                (organization.0, execution.as_str()),
            )
            .await?;
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
