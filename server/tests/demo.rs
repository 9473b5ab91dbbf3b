//! The sample organization: what a newcomer finds in it, and that it lives.

use domain::{AuditAction, AuditFilter, Choice, ExecutionFilter, PageRequest, Source, Status};
use server::demo::{self, ORGANIZATION};
use std::{collections::HashMap, time::Duration};
use store::Store;
use testkit::TestDatabase;
use tokio_util::sync::CancellationToken;

/// Longer than every agent takes for a run.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn there_is_everything_to_see() {
    let database = TestDatabase::sqlite().unwrap();
    let store = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
    let demo = demo::prepare(&store).await.unwrap();
    assert!(ORGANIZATION.contains("demo"), "the demo says that it is one");
    let agents = store.agents(demo.organization).await.unwrap();
    assert!(agents.len() >= 4);
    let (mut statuses, mut sources, mut all) = (HashMap::new(), HashMap::new(), 0);
    for agent in &agents {
        let versions = store.versions(demo.organization, &agent.agent_id).await.unwrap();
        assert!(versions.len() >= 2, "{}", agent.name);
        let filter = ExecutionFilter::default();
        let mut cursor = store
            .begin_export(demo.organization, &agent.agent_id)
            .await
            .unwrap();
        loop {
            let page = store
                .export_executions(demo.organization, &agent.agent_id, &filter, &mut cursor, 1_000)
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            for execution in page
                .into_inner()
                .into_iter()
                .map(|execution| execution.unwrap().summary)
            {
                *statuses.entry(execution.status).or_insert(0) += 1;
                *sources.entry(execution.source).or_insert(0) += 1;
                all += 1;
                let cost_is_known = execution.status == Status::Running || execution.cost.is_some();
                assert!(cost_is_known && execution.version.is_some() && execution.model.is_some());
                assert_eq!(
                    execution.error_code.is_some(),
                    execution.status.is_final() && execution.status != Status::Success
                );
            }
        }
    }
    let everything = AuditFilter::default();
    let log = store
        .audit_events(demo.organization, &everything, PageRequest::default())
        .await
        .unwrap();
    assert!(log.total >= 20, "{} events", log.total);
    assert_eq!(log.events[0].action, AuditAction::SessionSignedIn);
    assert!((2_000..20_000).contains(&all), "{all} executions");
    assert!(
        Status::ALL.iter().all(|status| statuses.contains_key(status)),
        "{statuses:?}"
    );
    assert!(
        Source::ALL.iter().all(|source| sources.contains_key(source)),
        "{sources:?}"
    );
    assert!(
        statuses[&Status::Success] * 10 > all * 8,
        "most runs succeed: {statuses:?}"
    );
}

#[tokio::test]
async fn every_agent_goes_on_working_until_it_is_stopped() {
    let database = TestDatabase::sqlite().unwrap();
    let store = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
    let demo = demo::prepare(&store).await.unwrap();
    let organization = demo.organization;
    let before = store.agents(organization).await.unwrap();
    let stop = CancellationToken::new();
    let live = tokio::spawn(demo.run(store.clone(), stop.clone()));
    let all_went_on = async {
        loop {
            let after = store.agents(organization).await.unwrap();
            let mut pairs = before.iter().zip(after);
            if pairs.all(|(before, after)| after.executions > before.executions) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all_went_on).await.unwrap();
    stop.cancel();
    live.await.unwrap();
}
