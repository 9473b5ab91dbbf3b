//! What is usual for an agent: a bounded look at its newest executions.

use super::condition::push_from_executions;
use crate::{
    Store, StoreError,
    counts::Stretch,
    snapshot::{Snapshot, Statement},
};
use domain::{AgentId, Choice, OrganizationId, Status, UsualLatency};

/// Successes that are read.
const SUCCESSES: i64 = 500;
/// Executions that are looked through for them; a model that does not occur among these is no longer usual.
const LOOKED_AT: i64 = 5_000;

impl Store {
    /// What is usual for the agent's newest successes of this model, at most 500; `None` where fewer than 20 are among
    /// its newest 5,000 executions.
    pub async fn usual_latency(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        model: Option<&str>,
    ) -> Result<Option<UsualLatency>, StoreError> {
        let history = self.history(organization, agent).await?;
        let mut statement = Statement::new(
            "SELECT latency_ms FROM (
                 SELECT CAST(e.status AS BIGINT) AS status, e.model AS model, e.latency_ms AS latency_ms",
        );
        push_from_executions(&mut statement, history, "", Stretch::ALL);
        statement
            .push(" ORDER BY e.executed_at DESC, e.execution_id DESC LIMIT ")
            .bind(LOOKED_AT);
        statement
            .push(") AS newest WHERE latency_ms IS NOT NULL AND status = ")
            .bind(Status::Success.code().into());
        match model {
            Some(model) => statement.push(" AND model = ").bind_text(model),
            None => statement.push(" AND model IS NULL"),
        };
        statement.push(" LIMIT ").bind(SUCCESSES);
        let latencies = Snapshot::begin(&self.backend).await?.integers(statement).await?;
        Ok(UsualLatency::of(
            latencies.into_iter().map(|[latency]| latency).collect(),
        ))
    }
}
