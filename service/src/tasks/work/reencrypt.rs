//! Brings payloads that were recorded before there was encryption, or under an older key, under their organization's
//! active key.

use super::{
    super::{Context, Failure, Work},
    rest::rest,
};
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// Encrypts older payloads with the organization's active key.
pub struct Reencrypt;

impl Work for Reencrypt {
    async fn run(context: &Context) -> Result<(), Failure> {
        let organization = context.organization()?;
        tracing::info!(
            organization = organization.0,
            "older payloads are being encrypted"
        );
        loop {
            let began = Instant::now();
            let Some(step) = context.service.store.reencrypt(organization).await? else {
                break;
            };
            context.done.fetch_add(step.payloads as u64, Ordering::Relaxed);
            for execution in step.damaged {
                tracing::warn!(organization = organization.0, %execution, "this payload is damaged, and stays as it is");
            }
            rest(began, 1).await;
        }
        tracing::info!(
            organization = organization.0,
            payloads = context.done(),
            "every payload is encrypted with the active key"
        );
        Ok(())
    }
}
