//! Brings payloads that were recorded before there was encryption, or under an older key, under their organization's
//! active key.

use std::{collections::HashMap, time::Duration};
use store::{Store, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often it looks for something to do.
const PERIOD: Duration = Duration::from_secs(5);
/// Shortest pause between two steps. It is as long as the step where that took longer, so that half of the database's
/// time is left to others at least.
const PAUSE: Duration = Duration::from_millis(10);

/// Works until `stop`.
pub async fn run(store: Store, stop: CancellationToken) {
    loop {
        if let Err(error) = work_off(&store, &stop).await {
            tracing::warn!(%error, "older payloads could not be encrypted; it is tried again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(PERIOD) => {}
        }
    }
}

/// Takes steps until nothing is left to be done, or `stop`.
async fn work_off(store: &Store, stop: &CancellationToken) -> Result<(), StoreError> {
    let mut payloads = HashMap::new();
    while !stop.is_cancelled() {
        let began = Instant::now();
        let Some(step) = store.reencrypt().await? else {
            return Ok(());
        };
        let organization = step.organization.0;
        let sum = payloads.entry(organization).or_insert_with(|| {
            tracing::info!(organization, "older payloads are being encrypted");
            0
        });
        *sum += step.payloads;
        for execution in step.damaged {
            tracing::warn!(organization, %execution, "this payload is damaged, and stays as it is");
        }
        if step.is_finished {
            tracing::info!(
                organization,
                payloads = *sum,
                "every payload is encrypted with the active key"
            );
            payloads.remove(&organization);
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(began.elapsed().max(PAUSE)) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ExecutionFields;
    use serde_json::json;
    use store::Caller;
    use testkit::{MASTER_KEY, TestDatabase};

    #[tokio::test]
    async fn it_works_until_nothing_is_left() {
        let database = TestDatabase::sqlite().unwrap();
        let store = Store::open(&database.url, MASTER_KEY).await.unwrap();
        let (now, stop) = (crate::clock::now(), CancellationToken::new());
        let organization = store.ensure_organization("Acme", now).await.unwrap().id;
        let agent = store
            .create_agent(organization, "Writer", now)
            .await
            .unwrap()
            .agent_id;
        let fields = ExecutionFields::parse(json!({"status": "success", "outputText": "text"}), now).unwrap();
        store
            .record(organization, &agent, &Caller::default(), now, vec![fields; 300])
            .await
            .unwrap();
        store.rotate_organization_key(organization).await.unwrap();
        work_off(&store, &stop).await.unwrap();
        assert_eq!(store.reencrypt().await.unwrap(), None);

        store.rotate_organization_key(organization).await.unwrap();
        stop.cancel();
        run(store.clone(), stop).await;
        assert!(
            store.reencrypt().await.unwrap().is_some(),
            "it was stopped before it began"
        );
    }
}
