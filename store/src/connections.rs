//! Connections to providers of models. What only requests need, the address among it, is sealed with the organization's
//! key.

use crate::{
    Note, Store, StoreError, ids,
    row::decode_error,
    sealed::{self, Place},
    transaction::{Done, WriteTransaction, transact, transact_if},
    vault::Keys,
};
use domain::{
    AuditAction, Choice, Connection, ConnectionId, ConnectionKind, Errors, OrganizationId, Rule, Timestamp,
    connection::{MAX_CONNECTIONS, last4},
    time,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What requests to a provider need. `Debug` is not derived: it stays out of logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Where the provider is; none for the demo.
    pub base_url: Option<String>,
    /// The API key, where one is needed.
    pub api_key: Option<Zeroizing<String>>,
    /// Names and values of further headers.
    pub headers: Vec<(String, Zeroizing<String>)>,
}

/// What a connection is to be.
#[derive(Clone, PartialEq, Eq)]
pub struct NewConnection {
    /// What people call it.
    pub name: String,
    /// How the provider is spoken to.
    pub kind: ConnectionKind,
    /// Who the provider is, where that is known.
    pub provider: Option<String>,
    /// What requests need.
    pub access: Access,
}

/// A connection with its secrets.
#[derive(Clone)]
pub struct StoredConnection {
    /// As it is shown.
    pub connection: Connection,
    /// What requests need.
    pub access: Access,
}

type ConnectionRow = (String, String, String, Option<String>, Vec<u8>, i64, Option<i64>);

const COLUMNS: &str = "connection_id, name, kind, provider, sealed, created_at, changed_at";

fn shown(
    id: ConnectionId,
    new: &NewConnection,
    created_at: Timestamp,
    changed_at: Option<Timestamp>,
) -> Connection {
    let NewConnection {
        name,
        kind,
        provider,
        access,
    } = new.clone();
    Connection {
        connection_id: id,
        name,
        kind,
        provider,
        api_key_last4: access.api_key.as_deref().and_then(|key| last4(key)),
        headers: access.headers.iter().map(|(name, _)| name.clone()).collect(),
        base_url: access.base_url.clone(),
        created_at: time::truncate(created_at),
        changed_at: changed_at.map(time::truncate),
    }
}

impl StoredConnection {
    fn of(row: ConnectionRow, keys: &Keys) -> Result<Self, StoreError> {
        let (id, name, kind, provider, sealed, created_at, changed_at) = row;
        let id = ConnectionId::try_from(id).map_err(decode_error)?;
        let json = sealed::open(keys, Place::Connection(&id), &sealed)?;
        let access = serde_json::from_slice(&json);
        let new = NewConnection {
            name,
            kind: ConnectionKind::from_name(&kind)
                .ok_or_else(|| sqlx::Error::Decode(format!("{kind:?} is no kind of connection").into()))?,
            provider,
            access: access.map_err(|_| StoreError::DamagedPayload(id.to_string()))?,
        };
        let (created_at, changed_at) = (time::from_micros(created_at), changed_at.map(time::from_micros));
        Ok(Self {
            connection: shown(id, &new, created_at, changed_at),
            access: new.access,
        })
    }

    fn into_new(self) -> NewConnection {
        NewConnection {
            name: self.connection.name,
            kind: self.connection.kind,
            provider: self.connection.provider,
            access: self.access,
        }
    }
}

fn seal(keys: &Keys, id: &ConnectionId, access: &Access) -> Result<Vec<u8>, StoreError> {
    let json = Zeroizing::new(serde_json::to_vec(access).map_err(decode_error)?);
    sealed::seal(keys, Place::Connection(id), &json)
}

fn about(action: AuditAction, connection: &Connection) -> Note {
    Note::new(action).about(
        "connection",
        connection.connection_id.as_str(),
        Some(&connection.name),
    )
}

impl Store {
    /// Makes a connection.
    ///
    /// # Errors
    /// `Rule::ConnectionLimit`, and when the database does not do it.
    pub async fn create_connection(
        &self,
        organization: OrganizationId,
        new: NewConnection,
        now: Timestamp,
    ) -> Result<Result<Connection, Rule>, StoreError> {
        self.prepare_to_seal(Some(organization)).await?;
        let connection = shown(ids::connection_id(now), &new, now, None);
        transact!(self.backend, |transaction| {
            transaction.hold_organization(organization).await?;
            let (count,): (i64,) = transaction
                .fetch_one(
                    "SELECT CAST(COUNT(*) AS BIGINT) FROM connections WHERE organization_id = $1",
                    (organization.0,),
                )
                .await?;
            if count.unsigned_abs() >= MAX_CONNECTIONS {
                return Ok(Err(Rule::ConnectionLimit));
            }
            let keys = self.vault.hold(transaction, organization).await?;
            transaction
                .execute(
                    "INSERT INTO connections (organization_id, connection_id, name, kind, provider, sealed, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    (
                        organization.0,
                        connection.connection_id.as_str(),
                        &connection.name,
                        connection.kind.as_str(),
                        connection.provider.as_deref(),
                        seal(&keys, &connection.connection_id, &new.access)?,
                        now.timestamp_micros(),
                    ),
                )
                .await?;
            let note = about(AuditAction::ConnectionCreated, &connection)
                .with("kind", connection.kind.as_str())
                .with("provider", connection.provider.as_deref());
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(Ok(connection.clone()))
        })
    }

    /// Changes a connection to what `change` makes of it. Its event names what changed, and of secrets and addresses
    /// nothing more.
    ///
    /// # Errors
    /// What `change` finds wrong is answered; `NotFound`, and when the database does not do it.
    pub async fn change_connection(
        &self,
        organization: OrganizationId,
        id: &ConnectionId,
        now: Timestamp,
        change: impl Fn(NewConnection) -> Result<NewConnection, Errors> + Send + Sync,
    ) -> Result<Result<Connection, Errors>, StoreError> {
        self.prepare_to_seal(Some(organization)).await?;
        transact_if!(self.backend, |transaction| {
            transaction.hold_organization(organization).await?;
            let keys = self.vault.hold(transaction, organization).await?;
            let row: Option<ConnectionRow> = transaction
                .fetch_optional(one(), (organization.0, id.as_str()))
                .await?;
            let stored = StoredConnection::of(row.ok_or(StoreError::NotFound("connection"))?, &keys)?;
            let created_at = stored.connection.created_at;
            let unchanged = stored.connection.clone();
            let before = stored.into_new();
            let after = match change(before.clone()) {
                Err(errors) => return Ok(Done::Undone(Err(errors))),
                Ok(after) if after == before => return Ok(Done::Undone(Ok(unchanged))),
                Ok(after) => after,
            };
            let connection = shown(id.clone(), &after, created_at, Some(now));
            transaction
                .execute(
                    "UPDATE connections SET name = $3, provider = $4, sealed = $5, changed_at = $6
                     WHERE organization_id = $1 AND connection_id = $2",
                    (
                        organization.0,
                        id.as_str(),
                        &after.name,
                        after.provider.as_deref(),
                        seal(&keys, id, &after.access)?,
                        now.timestamp_micros(),
                    ),
                )
                .await?;
            let mut note = about(AuditAction::ConnectionChanged, &connection);
            if after.name != before.name {
                note = note.changed("name", before.name.as_str(), after.name.as_str());
            }
            if after.provider != before.provider {
                note = note.changed("provider", before.provider.as_deref(), after.provider.as_deref());
            }
            let secrets = [
                ("baseUrl", after.access.base_url != before.access.base_url),
                ("apiKey", after.access.api_key != before.access.api_key),
                ("headers", after.access.headers != before.access.headers),
            ];
            for (name, _) in secrets.into_iter().filter(|(_, is_changed)| *is_changed) {
                note = note.with(name, "changed");
            }
            transaction.audit(organization, &self.actor, note, now).await?;
            Ok(Done::Kept(Ok(connection)))
        })
    }

    /// Deletes a connection, with its secrets.
    ///
    /// # Errors
    /// `NotFound`, and when the database does not do it.
    pub async fn delete_connection(
        &self,
        organization: OrganizationId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            let deleted: Option<(String, String)> = transaction
                .fetch_optional(
                    "DELETE FROM connections WHERE organization_id = $1 AND connection_id = $2 RETURNING name, kind",
                    (organization.0, id.as_str()),
                )
                .await?;
            let (name, kind) = deleted.ok_or(StoreError::NotFound("connection"))?;
            let note = Note::new(AuditAction::ConnectionDeleted)
                .about("connection", id.as_str(), Some(&name))
                .with("kind", kind);
            transaction.audit(organization, &self.actor, note, now).await
        })
    }

    /// Every connection of the organization, by name.
    ///
    /// # Errors
    /// When the database cannot say, or one is damaged.
    pub async fn connections(&self, organization: OrganizationId) -> Result<Vec<Connection>, StoreError> {
        let keys = self.vault.keys(organization).await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM connections WHERE organization_id = $1 ORDER BY name, connection_id"
        );
        let rows: Vec<ConnectionRow> = self.backend.fetch(sql, (organization.0,)).await?;
        let numbers = rows.iter().filter_map(|row| sealed::key_number(&row.4)).collect();
        let keys = self.vault.covering(keys, numbers).await?;
        rows.into_iter()
            .map(|row| Ok(StoredConnection::of(row, &keys)?.connection))
            .collect()
    }

    /// A connection with its secrets.
    ///
    /// # Errors
    /// `NotFound`; when the database cannot say, or it is damaged.
    pub async fn connection(
        &self,
        organization: OrganizationId,
        id: &ConnectionId,
    ) -> Result<StoredConnection, StoreError> {
        let keys = self.vault.keys(organization).await?;
        let row: Option<ConnectionRow> = self
            .backend
            .fetch_optional(one(), (organization.0, id.as_str()))
            .await?;
        let row = row.ok_or(StoreError::NotFound("connection"))?;
        let numbers = sealed::key_number(&row.4).into_iter().collect();
        let keys = self.vault.covering(keys, numbers).await?;
        StoredConnection::of(row, &keys)
    }
}

impl WriteTransaction {
    /// Seals the organization's connections with its active key, so that older ones can go. The keys are held by this
    /// transaction.
    pub(crate) async fn reseal_connections(&mut self, keys: &Keys) -> Result<(), StoreError> {
        let organization = keys.organization();
        let rows: Vec<(String, Vec<u8>)> = self
            .fetch(
                "SELECT connection_id, sealed FROM connections WHERE organization_id = $1",
                (organization.0,),
            )
            .await?;
        for (id, sealed) in rows {
            let id = ConnectionId::try_from(id).map_err(decode_error)?;
            let Some(sealed) = sealed::reseal(keys, Place::Connection(&id), &sealed)? else {
                continue;
            };
            self.execute(
                "UPDATE connections SET sealed = $3 WHERE organization_id = $1 AND connection_id = $2",
                (organization.0, id.as_str(), sealed),
            )
            .await?;
        }
        Ok(())
    }
}

fn one() -> String {
    format!("SELECT {COLUMNS} FROM connections WHERE organization_id = $1 AND connection_id = $2")
}
