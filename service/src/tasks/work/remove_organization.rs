//! Removes what is left of an organization that is deleted.

use super::{
    super::{Context, Failure, Work},
    rest::rest,
};
use domain::{OrganizationId, TaskFailure};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::{Instant, sleep};

/// Pauses are so many times as long as the step before them.
const REST: u32 = 2;
/// How long to wait for somebody else who holds the organization.
const PAUSE: Duration = Duration::from_millis(200);

/// Removes what is left of a deleted organization.
pub struct RemoveOrganization;

impl Work for RemoveOrganization {
    const AT_ONCE: usize = 2;

    async fn run(context: &Context) -> Result<(), Failure> {
        let store = &context.service.store;
        let named = context.task.unique_key.as_ref().and_then(|id| id.parse().ok());
        let organization = named.map(OrganizationId).ok_or_else(|| {
            Failure::permanent(
                TaskFailure::Internal,
                "the task does not say which organization it is about",
            )
        })?;
        loop {
            let began = Instant::now();
            match store.remove_deleted(organization).await? {
                Some(step) => {
                    context.done.fetch_add(step.rows, Ordering::Relaxed);
                    if step.is_finished {
                        break;
                    }
                    rest(began, REST).await;
                }
                None if store.being_deleted().await?.contains(&organization) => sleep(PAUSE).await,
                None => break,
            }
        }
        tracing::info!(
            organization = organization.0,
            "nothing is left of an organization that was deleted"
        );
        Ok(())
    }
}
