//! The tables of keys.

use super::master::MasterKey;
use crate::{StoreError, backend::Backend, transaction::WriteTransaction};
use domain::OrganizationId;

/// A row of `organization_keys`.
pub(crate) struct KeyRow {
    pub number: i64,
    pub wrapped: Vec<u8>,
    pub state: State,
    /// Microseconds since 1970.
    pub made_at: i64,
    /// Whether the organization's older payloads are being brought under its active key.
    pub is_reencrypting: bool,
}

/// What a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Encrypts and decrypts.
    Active,
    /// Only decrypts, until everything is under the active key.
    Retiring,
    /// Is no more.
    Destroyed,
}

impl State {
    const ALL: [Self; 3] = [Self::Active, Self::Retiring, Self::Destroyed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Destroyed => "destroyed",
        }
    }
}

/// Bytes of a wrapped key: what overwrites it is as long, so that it takes its place.
const WRAPPED: usize = 60;

/// The columns that `KeyRow::try_from` takes, in its order.
const COLUMNS: &str = "number, wrapped_key, state, created_at, CAST(CASE WHEN EXISTS (
         SELECT 1 FROM reencryptions r WHERE r.organization_id = organization_keys.organization_id)
     THEN 1 ELSE 0 END AS BIGINT)";

type Columns = (i64, Vec<u8>, String, i64, i64);

impl TryFrom<Columns> for KeyRow {
    type Error = sqlx::Error;

    fn try_from((number, wrapped, state, made_at, is_reencrypting): Columns) -> Result<Self, sqlx::Error> {
        let state = State::ALL
            .into_iter()
            .find(|known| known.as_str() == state)
            .ok_or_else(|| sqlx::Error::Decode(format!("{state:?} is no state of a key").into()))?;
        Ok(Self {
            number,
            wrapped,
            state,
            made_at,
            is_reencrypting: is_reencrypting != 0,
        })
    }
}

/// The fingerprint of the database's master key, if it has one.
pub(super) async fn fingerprint(backend: &Backend) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<(Vec<u8>,)> = backend
        .fetch_optional("SELECT fingerprint FROM master_key WHERE id = 1", ())
        .await?;
    Ok(found.map(|(fingerprint,)| fingerprint))
}

/// The organization's keys.
pub(super) async fn read(backend: &Backend, organization: OrganizationId) -> Result<Vec<KeyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM organization_keys WHERE organization_id = $1 ORDER BY number");
    let rows: Vec<Columns> = backend.fetch(sql, (organization.0,)).await?;
    rows.into_iter()
        .map(|row| KeyRow::try_from(row).map_err(StoreError::from))
        .collect()
}

/// Whether the organization's older payloads are to be brought under a key that it does not have yet.
pub(super) async fn is_first_reencryption(
    backend: &Backend,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let found: Option<(i64,)> = backend
        .fetch_optional(
            "SELECT CAST(1 AS BIGINT) FROM reencryptions WHERE organization_id = $1",
            (organization.0,),
        )
        .await?;
    Ok(found.is_some())
}

impl WriteTransaction {
    /// The organization's keys, locked.
    pub(crate) async fn lock_keys(
        &mut self,
        organization: OrganizationId,
        lock: &str,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let lock = self.lock(lock);
        let sql = format!(
            "SELECT {COLUMNS} FROM organization_keys WHERE organization_id = $1 ORDER BY number {lock}"
        );
        let rows: Vec<Columns> = self.fetch(sql, (organization.0,)).await?;
        rows.into_iter()
            .map(|row| KeyRow::try_from(row).map_err(StoreError::from))
            .collect()
    }

    /// Makes sure that `master` is the database's master key, and that it stays so until this transaction ends.
    pub(super) async fn hold_master(&mut self, master: &MasterKey, lock: &str) -> Result<(), StoreError> {
        let lock = self.lock(lock);
        let sql = format!("SELECT fingerprint FROM master_key WHERE id = 1 {lock}");
        let found: Option<(Vec<u8>,)> = self.fetch_optional(sql, ()).await?;
        match found {
            Some((fingerprint,)) if fingerprint == master.fingerprint() => Ok(()),
            _ => Err(StoreError::WrongMasterKey),
        }
    }

    /// Inserts a fresh key. One of that number that is there already stays.
    pub(super) async fn add_key(
        &mut self,
        master: &MasterKey,
        organization: OrganizationId,
        number: i64,
    ) -> Result<(), StoreError> {
        let wrapped = master.wrap_fresh(organization, number)?;
        self.execute(
            "INSERT INTO organization_keys (organization_id, number, wrapped_key, state, created_at)
             VALUES ($1, $2, $3, 'active', $4) ON CONFLICT (organization_id, number) DO NOTHING",
            (
                organization.0,
                number,
                wrapped,
                chrono::Utc::now().timestamp_micros(),
            ),
        )
        .await?;
        Ok(())
    }

    /// Overwrites keys, so that only their numbers are left: those that retire, or all of the organization's.
    pub(crate) async fn destroy_keys(
        &mut self,
        organization: OrganizationId,
        states: &[State],
    ) -> Result<(), StoreError> {
        for state in states {
            self.execute(
                "UPDATE organization_keys SET state = 'destroyed', wrapped_key = $3
                 WHERE organization_id = $1 AND state = $2",
                (organization.0, state.as_str(), vec![0_u8; WRAPPED]),
            )
            .await?;
        }
        Ok(())
    }
}
