//! When and from where keys were last used. Gathered in memory and written a few seconds later, so that no request waits
//! for it.

use crate::{StoreError, backend::Backend, transaction::transact};
use domain::{ApiKey, ApiKeyId, OrganizationId, Timestamp, time};
use parking_lot::{Mutex, MutexGuard};
use std::{collections::HashMap, mem, net::IpAddr};

/// Uses that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    uses: HashMap<(OrganizationId, ApiKeyId), Use>,
    /// Whether a task waits to write them.
    awaited: bool,
}

#[derive(Debug, Clone)]
struct Use {
    at: Timestamp,
    from: Option<String>,
}

impl Uses {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.0.lock()
    }

    /// Remembers a use; answers whether somebody has to see to it that it is written.
    pub(super) fn note(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> bool {
        let last = Use {
            at: time::truncate(now),
            from: from.map(|address| address.to_string()),
        };
        let mut pending = self.pending();
        pending.uses.insert((organization, api_key.clone()), last);
        !mem::replace(&mut pending.awaited, true)
    }

    /// Puts what is not written yet into a key.
    pub(super) fn put_into(&self, organization: OrganizationId, key: &mut ApiKey) {
        let pending = self.pending();
        let Some(last) = pending.uses.get(&(organization, key.api_key_id.clone())) else {
            return;
        };
        if key.last_used_at.is_none_or(|stored| stored <= last.at) {
            key.last_used_at = Some(last.at);
            key.last_used_from.clone_from(&last.from);
        }
    }

    /// Writes them; where that fails they wait for the next time.
    pub(super) async fn write(&self, backend: &Backend) -> Result<(), StoreError> {
        let uses = {
            let mut pending = self.pending();
            pending.awaited = false;
            mem::take(&mut pending.uses)
        };
        if uses.is_empty() {
            return Ok(());
        }
        let written = write(backend, &uses).await;
        if written.is_err() {
            // They wait for the next time.
            let mut pending = self.pending();
            for (key, last) in uses {
                pending.uses.entry(key).or_insert(last);
            }
        }
        written
    }
}

async fn write(backend: &Backend, uses: &HashMap<(OrganizationId, ApiKeyId), Use>) -> Result<(), StoreError> {
    // In one order, so that two servers never wait for each other.
    let mut uses: Vec<_> = uses.iter().collect();
    uses.sort_by_key(|(key, _)| *key);
    transact!(*backend, |transaction| {
        for ((organization, api_key), last) in &uses {
            let (at, from) = (last.at.timestamp_micros(), last.from.as_deref());
            transaction
                .execute(
                    "UPDATE api_keys SET last_used_at = $3, last_used_from = $4
                     WHERE organization_id = $1 AND api_key_id = $2
                         AND (last_used_at IS NULL OR last_used_at < $3)",
                    (organization.0, api_key.as_str(), at, from),
                )
                .await?;
        }
        Ok(())
    })
}
