//! Bringing older payloads under an organization's active key, a few at a time, while everything goes on. What is to be
//! done and how far it has come is in the database, so it goes on after a restart, on any server.

pub(crate) mod pages;

use crate::{
    Store, StoreError,
    backend::Backend,
    codec,
    transaction::{WriteTransaction, transact},
    vault::{Keys, State},
};
use domain::{ExecutionId, OrganizationId};
use pages::Page;
use std::sync::Arc;

/// What one step has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reencrypted {
    /// For whom.
    pub organization: OrganizationId,
    /// How many payloads it brought under the active key.
    pub payloads: usize,
    /// Executions whose payloads do not open with the key that they name, and therefore stay as they are.
    pub damaged: Vec<ExecutionId>,
    /// Whether all of the organization's payloads are under its active key now, and older keys are destroyed.
    pub is_finished: bool,
}

/// A payload that is to take another's place.
struct Replacement {
    execution_key: i64,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Store {
    /// Takes one small step for the organization, if there is anything to be done. Rows, counts and contents stay what they
    /// are.
    pub async fn reencrypt(&self, organization: OrganizationId) -> Result<Option<Reencrypted>, StoreError> {
        let Some(done_until) = self.reencrypted_until(organization).await? else {
            return Ok(None);
        };
        self.vault.encrypting_keys(organization).await?;
        let keys = self.vault.read(organization).await?;
        let (page, _share) = pages::after(&self.rewriting, &self.opened, organization, &done_until).await?;
        let Some(last) = page.last().map(|row| row.execution_id.clone()) else {
            return self.finish(keys, &done_until).await.map(Some);
        };
        let sealing = keys.clone();
        let (replacements, damaged) = tokio::task::spawn_blocking(move || replacements(&sealing, page))
            .await
            .map_err(|_| StoreError::Closed)??;
        let mut step = Reencrypted {
            organization,
            payloads: 0,
            damaged,
            is_finished: false,
        };
        step.payloads = transact!(self.rewriting, |transaction| {
            if !self.is_mine(transaction, &keys, &done_until).await? {
                return Ok(0);
            }
            transaction
                .execute(
                    "UPDATE reencryptions SET done_until = $2 WHERE organization_id = $1",
                    (organization.0, last.as_str()),
                )
                .await?;
            transaction.replace(organization, &replacements).await
        })?;
        Ok(Some(step))
    }

    /// The execution up to which it is done; none where the organization has no older payloads.
    async fn reencrypted_until(&self, organization: OrganizationId) -> Result<Option<String>, StoreError> {
        let found: Option<(String,)> = self
            .rewriting
            .fetch_optional(
                "SELECT done_until FROM reencryptions WHERE organization_id = $1",
                (organization.0,),
            )
            .await?;
        Ok(found.map(|(done_until,)| done_until))
    }

    /// Whether, until the transaction ends, the active key is the one of `keys` and the work has come as far as that.
    /// Otherwise the key was changed meanwhile, or another server has done this step.
    async fn is_mine(
        &self,
        transaction: &mut WriteTransaction,
        keys: &Keys,
        done_until: &str,
    ) -> Result<bool, StoreError> {
        let organization = keys.organization();
        let held = self.vault.hold(transaction, organization).await?;
        if held.active() != keys.active() {
            return Ok(false);
        }
        let lock = transaction.lock("FOR UPDATE");
        let sql = format!(
            "SELECT CAST(1 AS BIGINT) FROM reencryptions WHERE organization_id = $1
             AND done_until = $2 {lock}"
        );
        let found: Option<(i64,)> = transaction
            .fetch_optional(sql, (organization.0, done_until))
            .await?;
        Ok(found.is_some())
    }

    /// Nothing follows `done_until`: the older keys have done their work.
    async fn finish(&self, keys: Arc<Keys>, done_until: &str) -> Result<Reencrypted, StoreError> {
        let organization = keys.organization();
        let is_finished = transact!(self.rewriting, |transaction| {
            // Whole from the start: of two servers that are at the end the second waits here, and then finds nothing
            // to do.
            transaction.lock_keys(organization, "FOR UPDATE").await?;
            let is_mine = self.is_mine(transaction, &keys, done_until).await?;
            if is_mine {
                transaction.reseal_tasks(&keys).await?;
                transaction.reseal_connections(&keys).await?;
                transaction.destroy_keys(organization, &[State::Retiring]).await?;
                transaction
                    .execute(
                        "DELETE FROM reencryptions WHERE organization_id = $1",
                        (organization.0,),
                    )
                    .await?;
            }
            Ok(is_mine)
        })?;
        if is_finished {
            self.vault.read(organization).await?;
            if let Err(error) = self.rewriting.empty_log().await {
                tracing::debug!(%error, "the write-ahead log is emptied later");
            }
        }
        Ok(Reencrypted {
            organization,
            payloads: 0,
            damaged: Vec::new(),
            is_finished,
        })
    }
}

/// What takes the place of those payloads that are not under the active key, and the executions of those that are
/// damaged.
fn replacements(keys: &Keys, page: Vec<Page>) -> Result<(Vec<Replacement>, Vec<ExecutionId>), StoreError> {
    let (mut replacements, mut damaged) = (Vec::new(), Vec::new());
    for row in page {
        let Some(sealed) = row.sealed else { continue };
        match codec::reseal(keys, keys, &row.execution_id, &sealed) {
            Ok(None) => {}
            Ok(Some(after)) => replacements.push(Replacement {
                execution_key: row.execution_key,
                before: sealed,
                after,
            }),
            Err(StoreError::DamagedPayload(_) | StoreError::KeysDestroyed) if keys.active().is_some() => {
                damaged.push(row.execution_id);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((replacements, damaged))
}

impl WriteTransaction {
    /// Replaces payloads that are still what they were, and says how many those are: one that was changed meanwhile is
    /// under the active key by that.
    async fn replace(
        &mut self,
        organization: OrganizationId,
        replacements: &[Replacement],
    ) -> Result<usize, StoreError> {
        let mut replaced = 0;
        match self {
            Self::Sqlite(tx) => {
                for replacement in replacements {
                    replaced += sqlx::query(
                        "UPDATE payloads SET payload = $3 WHERE execution_key = $1 AND payload = $2",
                    )
                    .bind(replacement.execution_key)
                    .bind(&replacement.before)
                    .bind(&replacement.after)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected();
                }
            }
            Self::Postgres(tx) => {
                let keys: Vec<_> = replacements.iter().map(|row| row.execution_key).collect();
                let before: Vec<_> = replacements.iter().map(|row| &row.before[..]).collect();
                let after: Vec<_> = replacements.iter().map(|row| &row.after[..]).collect();
                replaced += sqlx::query(
                    "UPDATE payloads AS p SET payload = given.after
                     FROM UNNEST($2::bigint[], $3::bytea[], $4::bytea[]) AS given (execution_key, before,
                     after)
                     WHERE p.organization_id = $1 AND p.execution_key = given.execution_key
                       AND p.payload = given.before",
                )
                .bind(organization.0)
                .bind(keys)
                .bind(before)
                .bind(after)
                .execute(&mut **tx)
                .await?
                .rows_affected();
            }
        }
        Ok(usize::try_from(replaced).unwrap_or(usize::MAX))
    }
}

impl Backend {
    /// Empties SQLite's write-ahead log, which still holds rows as they were before. Left for the log's own turn where
    /// somebody reads from it just now.
    async fn empty_log(&self) -> Result<(), StoreError> {
        if let Self::Sqlite(pool) = self {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(pool)
                .await?;
        }
        Ok(())
    }
}
