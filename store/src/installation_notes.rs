//! What a running server noticed of its installation, for `Checkup`, which sees no running server.

use crate::{Store, StoreError, backend::Backend};
use domain::{Timestamp, time};
use std::net::IpAddr;

/// Somebody who is no trusted proxy said for whom a request was forwarded; the subject is their address.
const UNTRUSTED_PROXY: &str = "untrusted_proxy";
/// A backup was written; the subject is its file.
const BACKUP: &str = "backup";
/// Something was written to see whether it could be.
const WRITTEN: &str = "written";
/// Notes of one kind that are kept, the newest.
const KEPT: i64 = 20;

impl Store {
    /// Notes that somebody at that address said for whom a request was forwarded, and was not believed. The newest 20
    /// addresses are kept.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn note_untrusted_proxy(&self, address: IpAddr, now: Timestamp) -> Result<(), StoreError> {
        note(&self.backend, UNTRUSTED_PROXY, &address.to_string(), now).await
    }
}

/// Notes that a backup was written to that file.
pub(crate) async fn note_backup(backend: &Backend, file: &str, at: Timestamp) -> Result<(), StoreError> {
    note(backend, BACKUP, file, at).await
}

/// The file of the newest backup, and when it was written.
pub(crate) async fn newest_backup(backend: &Backend) -> Result<Option<(String, Timestamp)>, StoreError> {
    Ok(notes(backend, BACKUP).await?.into_iter().next())
}

/// Writes something small, to see whether anything can be written.
pub(crate) async fn write_something(backend: &Backend) -> Result<(), StoreError> {
    note(backend, WRITTEN, "", chrono::Utc::now()).await
}

async fn note(backend: &Backend, kind: &str, subject: &str, at: Timestamp) -> Result<(), StoreError> {
    backend
        .execute(
            "INSERT INTO installation_notes (kind, subject, noted_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject) DO UPDATE SET noted_at = excluded.noted_at",
            (kind, subject, at.timestamp_micros()),
        )
        .await?;
    backend
        .execute(
            "DELETE FROM installation_notes WHERE kind = $1 AND subject NOT IN (
             SELECT subject FROM installation_notes WHERE kind = $1
             ORDER BY noted_at DESC, subject LIMIT $2)",
            (kind, KEPT),
        )
        .await?;
    Ok(())
}

async fn notes(backend: &Backend, kind: &str) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = backend
        .fetch(
            "SELECT subject, noted_at FROM installation_notes WHERE kind = $1
             ORDER BY noted_at DESC, subject",
            (kind,),
        )
        .await?;
    let notes = rows.into_iter();
    Ok(notes
        .map(|(subject, noted_at)| (subject, time::from_micros(noted_at)))
        .collect())
}

/// Who said for whom requests were forwarded and was not believed, and when last, the newest first.
pub(crate) async fn untrusted_proxies(backend: &Backend) -> Result<Vec<(IpAddr, Timestamp)>, StoreError> {
    let notes = notes(backend, UNTRUSTED_PROXY).await?.into_iter();
    Ok(notes
        .filter_map(|(address, noted_at)| Some((address.parse().ok()?, noted_at)))
        .collect())
}
