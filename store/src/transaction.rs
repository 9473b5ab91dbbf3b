//! The unit of work of the whole store: what is written together, is tried again where another transaction was in the
//! way, and tells the audit log of itself.

use crate::{StoreError, audit::note::Note, backend::Backend, ids};
use domain::{Actor, OrganizationId, Timestamp, UserId};
use serde_json::Value;
use sqlx::{Postgres, Sqlite, Transaction};
use std::time::Duration;

/// How often a transaction is tried that others were in the way of.
const TRIES: u32 = 5;

/// A transaction that writes.
pub(crate) enum WriteTransaction {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one piece of code on whichever transaction this is. Written once, compiled for both databases.
macro_rules! on_transaction {
    ($transaction:expr, |$tx:ident| $code:expr) => {
        match $transaction {
            $crate::transaction::WriteTransaction::Sqlite($tx) => $code,
            $crate::transaction::WriteTransaction::Postgres($tx) => $code,
        }
    };
}
pub(crate) use on_transaction;

impl WriteTransaction {
    pub(crate) async fn begin(backend: &Backend) -> Result<Self, StoreError> {
        Ok(match backend {
            // At once, since a transaction that reads first may find no way to write later.
            Backend::Sqlite(pool) => Self::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Backend::Postgres(pool) => Self::Postgres(pool.begin().await?),
        })
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        on_transaction!(self, |tx| tx.commit().await?);
        Ok(())
    }

    /// How a statement locks what it reads until this transaction ends: as PostgreSQL calls it. SQLite has one writer
    /// anyway.
    pub(crate) fn lock<'a>(&self, lock: &'a str) -> &'a str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => lock,
        }
    }

    /// Adds an event to the organization's audit log.
    pub(crate) async fn audit(
        &mut self,
        organization: OrganizationId,
        actor: &Actor,
        note: Note,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Note {
            action,
            subject,
            details,
        } = note;
        let (kind, id, name) = subject.map_or((None, None, None), |subject| {
            (Some(subject.kind), subject.id, subject.name)
        });
        on_transaction!(self, |tx| {
            sqlx::query(
            "INSERT INTO audit_events (organization_id, logged_at, event_id, action, actor_kind, actor_id, actor_name,
                 subject_kind, subject_id, subject_name, ip_address, user_agent, details)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        )
        .bind(organization.0)
        .bind(at.timestamp_micros())
        .bind(ids::audit_event_id(at).as_str())
        .bind(action.as_str())
        .bind(actor.kind.as_str())
        .bind(actor.id.as_deref())
        .bind(actor.name.as_deref())
        .bind(kind)
        .bind(id)
        .bind(name)
        .bind(actor.origin.ip_address.as_deref())
        .bind(actor.origin.user_agent.as_deref())
        .bind(Value::Object(details).to_string())
        .execute(&mut **tx)
        .await
        .map(|_| ())
        })?;
        Ok(())
    }

    /// Adds the same event to the log of every organization to which a person belongs.
    pub(crate) async fn audit_everywhere(
        &mut self,
        user: &UserId,
        actor: &Actor,
        note: &Note,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for organization in self.organizations_of(user).await? {
            self.audit(organization, actor, note.clone(), at).await?;
        }
        Ok(())
    }

    pub(crate) async fn organizations_of(
        &mut self,
        user: &UserId,
    ) -> Result<Vec<OrganizationId>, StoreError> {
        let rows: Vec<(i64,)> = on_transaction!(self, |tx| sqlx::query_as(
            "SELECT organization_id FROM memberships WHERE user_id = $1 ORDER BY organization_id"
        )
        .bind(user.as_str())
        .fetch_all(&mut **tx)
        .await?);
        Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
    }
}

/// How often a transaction was tried that others were in the way of.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// How long to wait before it is tried again; `None` where this is the result.
    pub(crate) fn pause<T>(&mut self, result: &Result<T, StoreError>) -> Option<Duration> {
        self.0 += 1;
        match result {
            Err(StoreError::Database(error)) if self.0 < TRIES && is_passing(error) => {
                tracing::debug!(%error, tries = self.0, "a writing transaction is tried again");
                Some(Duration::from_millis(5 * u64::from(self.0)))
            }
            _ => None,
        }
    }
}

/// Whether another transaction was in the way: a serialization failure, a deadlock, or the same identifier recorded
/// at the same moment.
fn is_passing(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation()
            || error
                .code()
                .is_some_and(|code| ["40001", "40P01"].contains(&code.as_ref()))
    })
}
