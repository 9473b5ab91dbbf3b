//! Adding tasks that are told something.

use super::{NewTask, TaskPayload};
use crate::{
    Store, StoreError, ids,
    row::decode_error,
    sealed::{self, Place},
    transaction::WriteTransaction,
    vault::Vault,
};
use domain::{OrganizationId, TaskId, Timestamp};

impl Store {
    /// Sees to it that there is a key to seal with. To be called before the transaction in which something is sealed: the first key is made in a transaction of its own.
    pub(crate) async fn prepare_to_seal(
        &self,
        organization: Option<OrganizationId>,
    ) -> Result<(), StoreError> {
        match organization {
            Some(organization) => self.vault.encrypting_keys(organization).await.map(drop),
            None => self.vault.installation_keys().await.map(drop),
        }
    }
}

impl WriteTransaction {
    /// Adds a task that is told something. Its work may begin as soon as this is committed.
    pub(crate) async fn add_told_task<P: TaskPayload>(
        &mut self,
        vault: &Vault,
        organization: Option<OrganizationId>,
        told: &P,
        total: Option<u64>,
        now: Timestamp,
    ) -> Result<TaskId, StoreError> {
        let id = ids::task_id(now);
        let json = serde_json::to_vec(told).map_err(decode_error)?;
        let keys = match organization {
            Some(organization) => vault.hold(self, organization).await?,
            None => vault.installation_keys().await?,
        };
        let sealed = sealed::seal(&keys, Place::Task(&id), &json)?;
        let task = NewTask {
            kind: P::KIND,
            organization,
            unique_key: None,
            total,
        };
        self.add_sealed_task(&task, id, Some(&sealed), now).await
    }
}
