//! The installation's key: it seals what belongs to no organization. Wrapped by the master key, as organizations' keys
//! are, and made when it is first needed.

use super::{
    INSTALLATION, Vault,
    keys::{Held, Keys},
    master::MasterKey,
};
use crate::{
    StoreError,
    transaction::{WriteTransaction, transact},
};
use chrono::Utc;
use std::sync::Arc;

/// Its number: there is one.
const NUMBER: u32 = 1;

impl Vault {
    /// The installation's key, as keys of `INSTALLATION`.
    pub(crate) async fn installation_keys(&self) -> Result<Arc<Keys>, StoreError> {
        if let Some(known) = self.known_installation_keys() {
            return Ok(known);
        }
        match self.read_installation_keys().await {
            Err(StoreError::WrongMasterKey) => {
                self.reread_master().await?;
                self.read_installation_keys().await
            }
            keys => keys,
        }
    }

    fn known_installation_keys(&self) -> Option<Arc<Keys>> {
        let known = self.installation.read();
        known.clone()
    }

    async fn read_installation_keys(&self) -> Result<Arc<Keys>, StoreError> {
        let master = self.master();
        let (wrapped, made_at) = match self.installation_row().await? {
            Some(row) => row,
            None => {
                self.make_installation_key(&master).await?;
                self.installation_row().await?.ok_or(StoreError::KeysDestroyed)?
            }
        };
        let cipher = master.unwrap(INSTALLATION, NUMBER.into(), &wrapped)?;
        let mut keys = Keys::new(INSTALLATION);
        let held = Held {
            made_at,
            cipher: Arc::new(cipher),
        };
        keys.hold(NUMBER, held, true);
        let keys = Arc::new(keys);
        *self.installation.write() = Some(keys.clone());
        Ok(keys)
    }

    async fn installation_row(&self) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
        self.backend()
            .fetch_optional(
                "SELECT wrapped_key, created_at FROM installation_key WHERE id = 1",
                (),
            )
            .await
    }

    /// Makes the key, unless somebody else makes it at the same moment.
    async fn make_installation_key(&self, master: &MasterKey) -> Result<(), StoreError> {
        let wrapped = master.wrap_fresh(INSTALLATION, NUMBER.into())?;
        transact!(*self.backend(), |transaction| {
            transaction.hold_master(master, "FOR SHARE").await?;
            transaction
                .execute(
                    "INSERT INTO installation_key (id, wrapped_key, created_at) VALUES (1, $1, $2)
                     ON CONFLICT (id) DO NOTHING",
                    (wrapped.clone(), Utc::now().timestamp_micros()),
                )
                .await?;
            Ok(())
        })
    }
}

impl WriteTransaction {
    /// Wraps the installation's key by another master key.
    pub(super) async fn rewrap_installation_key(
        &mut self,
        old: &MasterKey,
        new: &MasterKey,
    ) -> Result<(), StoreError> {
        let lock = self.lock("FOR UPDATE");
        let sql = format!("SELECT wrapped_key FROM installation_key WHERE id = 1 {lock}");
        let row: Option<(Vec<u8>,)> = self.fetch_optional(sql, ()).await?;
        let Some((wrapped,)) = row else {
            return Ok(());
        };
        let wrapped = old.rewrap(new, INSTALLATION, NUMBER.into(), &wrapped)?;
        self.execute(
            "UPDATE installation_key SET wrapped_key = $1 WHERE id = 1",
            (wrapped,),
        )
        .await?;
        Ok(())
    }
}
