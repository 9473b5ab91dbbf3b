//! A store with an organization and an agent, and short ways to say things.

use domain::{
    AgentId, ExecutionFields, ExecutionFilter, Limit, OrganizationId, PageRequest, Status, Timestamp, time,
};
use serde_json::Value;
use store::{ExecutionPage, RecordResult, Recorded, RecordedBy, Store};
use testkit::TestDatabase;

pub struct World {
    pub store: Store,
    pub organization: OrganizationId,
    pub agent: AgentId,
    // Dropped last: the file goes with it.
    pub database: TestDatabase,
}

pub fn now() -> Timestamp {
    time::parse_instant("2026-01-01T00:00:00Z").unwrap()
}

pub fn at(text: &str) -> Timestamp {
    time::parse_instant(text).unwrap()
}

pub fn fields(json: Value) -> ExecutionFields {
    ExecutionFields::parse(json, now()).unwrap()
}

pub fn page(limit: u32, offset: u64) -> PageRequest {
    PageRequest {
        limit: Limit::new(limit).unwrap(),
        offset,
    }
}

impl World {
    pub async fn new(database: TestDatabase) -> Self {
        let store = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
        let organization = store.ensure_organization("Acme", now()).await.unwrap().id;
        let agent = store
            .create_agent(organization, "Writer", now())
            .await
            .unwrap()
            .agent_id;
        Self {
            store,
            organization,
            agent,
            database,
        }
    }

    pub async fn record(&self, executions: Vec<Value>) -> Vec<Recorded> {
        let executions = executions.into_iter().map(fields).collect();
        self.store
            .record(
                self.organization,
                &self.agent,
                &RecordedBy::default(),
                now(),
                executions,
            )
            .await
            .unwrap()
    }

    pub async fn record_one(&self, execution: Value) -> RecordResult {
        self.record(vec![execution]).await.remove(0).result
    }

    pub async fn list(&self, filter: &ExecutionFilter, page: PageRequest) -> ExecutionPage {
        self.store
            .list(self.organization, &self.agent, filter, page)
            .await
            .unwrap()
    }

    pub async fn total(&self, statuses: &[Status]) -> u64 {
        let filter = ExecutionFilter {
            statuses: statuses.iter().copied().collect(),
            ..Default::default()
        };
        self.list(&filter, page(1, 0)).await.total
    }

    pub async fn ids(&self) -> Vec<String> {
        let listed = self.list(&ExecutionFilter::default(), page(100, 0)).await;
        listed
            .executions
            .into_iter()
            .map(|execution| execution.execution_id.into())
            .collect()
    }
}
