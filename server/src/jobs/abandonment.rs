//! Gives up running executions of which nothing more is heard.

use super::every;
use crate::clock;
use chrono::TimeDelta;
use std::time::Duration;
use store::Store;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often it looks for some.
const PERIOD: Duration = Duration::from_secs(15);

/// Gives up what is silent for longer than `patience`, again and again until `stop`. It begins when the server has listened
/// for that long: while there was none, nobody could say anything.
pub async fn run(store: Store, patience: TimeDelta, stop: CancellationToken) {
    let listened = sleep(patience.to_std().unwrap_or_default());
    if stop.run_until_cancelled(listened).await.is_none() {
        return;
    }
    every(PERIOD, stop, || async {
        match store.abandon(clock::now() - patience).await {
            Ok(0) => {}
            Ok(executions) => {
                tracing::info!(
                    executions,
                    "nothing more was heard of these executions: they are given up"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "silent executions could not be given up; it is tried again");
            }
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ExecutionFields, Status};
    use serde_json::json;
    use store::Caller;
    use testkit::{MASTER_KEY, TestDatabase};

    #[tokio::test]
    async fn what_is_silent_is_given_up_once_the_server_has_listened_for_long_enough() {
        let database = TestDatabase::sqlite().unwrap();
        let store = Store::open(&database.url, MASTER_KEY).await.unwrap();
        let (now, stop) = (crate::clock::now(), CancellationToken::new());
        let organization = store.ensure_organization("Acme", now).await.unwrap().id;
        let agent = store
            .create_agent(organization, "Writer", now)
            .await
            .unwrap()
            .agent_id;
        let fields =
            ExecutionFields::parse(json!({"executionId": "exec_a", "status": "running"}), now).unwrap();
        let long_ago = now - TimeDelta::hours(1);
        store
            .record(organization, &agent, &Caller::default(), long_ago, vec![fields])
            .await
            .unwrap();
        let status = async || {
            let id = "exec_a".parse().unwrap();
            let execution = store.execution(organization, &agent, &id).await.unwrap();
            execution.summary.status
        };
        let patient = tokio::spawn(run(store.clone(), TimeDelta::minutes(15), stop.clone()));
        sleep(Duration::from_millis(50)).await;
        assert_eq!(
            status().await,
            Status::Running,
            "the server has listened for a moment only"
        );
        let hasty = tokio::spawn(run(store.clone(), TimeDelta::milliseconds(1), stop.clone()));
        while status().await == Status::Running {
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(status().await, Status::Failed);
        stop.cancel();
        patient.await.unwrap();
        hasty.await.unwrap();
    }
}
