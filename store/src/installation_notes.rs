//! What a running server noticed of its installation, for `Checkup`, which sees no running server.

use crate::{Store, StoreError, backend::Backend};
use domain::{Timestamp, time};
use std::net::IpAddr;

/// Somebody who is no trusted proxy said for whom a request was forwarded; the subject is their address.
const UNTRUSTED_PROXY: &str = "untrusted_proxy";
/// Notes of one kind that are kept, the newest.
const KEPT: i64 = 20;

impl Store {
    /// Notes that somebody at that address said for whom a request was forwarded, and was not believed. The newest 20
    /// addresses are kept.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn note_untrusted_proxy(&self, address: IpAddr, now: Timestamp) -> Result<(), StoreError> {
        let subject = address.to_string();
        self.backend
            .execute(
                "INSERT INTO installation_notes (kind, subject, noted_at) VALUES ($1, $2, $3)
                 ON CONFLICT (kind, subject) DO UPDATE SET noted_at = excluded.noted_at",
                (UNTRUSTED_PROXY, subject, now.timestamp_micros()),
            )
            .await?;
        self.backend
            .execute(
                "DELETE FROM installation_notes WHERE kind = $1 AND subject NOT IN (
                 SELECT subject FROM installation_notes WHERE kind = $1
                 ORDER BY noted_at DESC, subject LIMIT $2)",
                (UNTRUSTED_PROXY, KEPT),
            )
            .await?;
        Ok(())
    }
}

/// Who said for whom requests were forwarded and was not believed, and when last, the newest first.
pub(crate) async fn untrusted_proxies(backend: &Backend) -> Result<Vec<(IpAddr, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = backend
        .fetch(
            "SELECT subject, noted_at FROM installation_notes WHERE kind = $1
             ORDER BY noted_at DESC, subject",
            (UNTRUSTED_PROXY,),
        )
        .await?;
    let notes = rows.into_iter();
    Ok(notes
        .filter_map(|(address, noted_at)| Some((address.parse().ok()?, time::from_micros(noted_at))))
        .collect())
}
