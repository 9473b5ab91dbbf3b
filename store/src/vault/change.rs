//! Making and changing keys, while everything goes on.

use super::{Vault, master::MasterKey};
use crate::{Note, Store, StoreError, tasks::insert::NewTask, transaction::transact};
use chrono::Utc;
use domain::{Actor, AuditAction, OrganizationId, TaskKind};
use std::collections::BTreeSet;

impl Vault {
    /// Makes the organization's first key, unless somebody else is making it at the same moment.
    pub(super) async fn make_first_key(&self, organization: OrganizationId) -> Result<(), StoreError> {
        let master = self.master();
        transact!(*self.backend(), |transaction| {
            transaction.hold_master(&master, "FOR SHARE").await?;
            transaction.add_key(&master, organization, 1).await?;
            Ok(())
        })
    }

    async fn make_next_key(&self, organization: OrganizationId, actor: &Actor) -> Result<i64, StoreError> {
        let master = self.master();
        transact!(*self.backend(), |transaction| {
            transaction.hold_master(&master, "FOR SHARE").await?;
            // One that is being deleted gets no further key.
            transaction.hold_organization(organization).await?;
            let rows = transaction.lock_keys(organization, "FOR UPDATE").await?;
            let next = rows.iter().map(|row| row.number).max().unwrap_or(0) + 1;
            transaction
                .execute(
                    "UPDATE organization_keys SET state = 'retiring' WHERE organization_id = $1
                     AND state = 'active'",
                    (organization.0,),
                )
                .await?;
            transaction.add_key(&master, organization, next).await?;
            transaction
                .execute(
                    "INSERT INTO reencryptions (organization_id, done_until) VALUES ($1, '')
                     ON CONFLICT (organization_id) DO UPDATE SET done_until = ''",
                    (organization.0,),
                )
                .await?;
            let task = NewTask::single(TaskKind::Reencrypt, Some(organization), "");
            transaction.add_task(&task, Utc::now()).await?;
            let note = Note::new(AuditAction::EncryptionRotated).with("key", next);
            transaction.audit(organization, actor, note, Utc::now()).await?;
            Ok(next)
        })
    }

    async fn change_master(&self, new: &MasterKey, actor: &Actor) -> Result<(), StoreError> {
        let old = self.master();
        transact!(*self.backend(), |transaction| {
            transaction.hold_master(&old, "FOR UPDATE").await?;
            let lock = transaction.lock("FOR UPDATE");
            let sql = format!(
            "SELECT organization_id, number, wrapped_key FROM organization_keys WHERE state <> 'destroyed'
             ORDER BY organization_id, number {lock}"
        );
            let rows: Vec<(i64, i64, Vec<u8>)> = transaction.fetch(sql, ()).await?;
            let told: BTreeSet<i64> = rows.iter().map(|(organization, ..)| *organization).collect();
            for (organization, number, wrapped) in rows {
                let wrapped = old.rewrap(new, OrganizationId(organization), number, &wrapped)?;
                transaction
                    .execute(
                        "UPDATE organization_keys SET wrapped_key = $3 WHERE organization_id = $1
                         AND number = $2",
                        (organization, number, wrapped),
                    )
                    .await?;
            }
            transaction.rewrap_installation_key(&old, new).await?;
            transaction
                .execute(
                    "UPDATE master_key SET fingerprint = $1, since = $2 WHERE id = 1",
                    (new.fingerprint(), Utc::now().timestamp_micros()),
                )
                .await?;
            for organization in told {
                let note = Note::new(AuditAction::EncryptionMasterRotated);
                transaction
                    .audit(OrganizationId(organization), actor, note, Utc::now())
                    .await?;
            }
            Ok(())
        })
    }
}

impl Store {
    /// Gives the organization a new key, which encrypts from now on, and answers its number. What the old one
    /// encrypted is brought under the new one by `reencrypt`, which then destroys the old one.
    pub async fn rotate_organization_key(&self, organization: OrganizationId) -> Result<i64, StoreError> {
        self.vault.encrypting_keys(organization).await?;
        let number = match self.vault.make_next_key(organization, &self.actor).await {
            Err(StoreError::WrongMasterKey) => {
                self.vault.reread_master().await?;
                self.vault.make_next_key(organization, &self.actor).await?
            }
            made => made?,
        };
        self.vault.read(organization).await?;
        self.signals.raise_tasks();
        Ok(number)
    }

    /// Wraps every organization's keys by another master key, in one transaction. Other processes on the database go on
    /// with the keys that they have unwrapped, and look for the new master key where they had the old one from as soon
    /// as they need it.
    pub async fn rotate_master_key(&self, new: MasterKey) -> Result<(), StoreError> {
        self.vault.change_master(&new, &self.actor).await?;
        self.vault.set_master(new);
        Ok(())
    }
}
