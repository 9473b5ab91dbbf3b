//! Telling that a key was used.

use crate::{Store, StoreError};
use domain::{ApiKeyId, OrganizationId, Timestamp};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// How long uses are gathered before they are written.
const GATHERED: Duration = Duration::from_secs(5);

impl Store {
    /// Remembers that a key was used. It is seen here at once, and by other servers within seconds.
    pub fn note_key_use(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        from: Option<IpAddr>,
        now: Timestamp,
    ) {
        if self.key_activity.uses.note(organization, api_key, from, now) {
            let (activity, backend) = (Arc::clone(&self.key_activity), self.backend.clone());
            tokio::spawn(async move {
                tokio::time::sleep(GATHERED).await;
                if let Err(error) = activity.uses.write(&backend).await {
                    tracing::warn!(%error, "the last uses of API keys could not be written yet");
                }
            });
        }
    }

    /// Writes when keys were last used, without waiting any longer.
    pub async fn write_key_uses(&self) -> Result<(), StoreError> {
        self.key_activity.uses.write(&self.backend).await
    }
}
