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

/// What becomes of a transaction whose work is done.
pub(crate) enum Done<T> {
    /// It is committed.
    Kept(T),
    /// It is taken back, as if nothing had been done.
    Undone(T),
}

/// Does some work in a transaction and commits it. It is done again, from its beginning, where another transaction was in
/// its way; where it fails, nothing of it is kept. The work is an async block's, which ends at `return` and `?`, and
/// answers `Result<_, StoreError>`.
///
/// A macro, since of a function that takes an async closure the compiler cannot tell that its future is `Send`.
macro_rules! transact {
    ($backend:expr, |$transaction:ident| $work:expr) => {
        $crate::transaction::transact_if!($backend, |$transaction| {
            let answer = $crate::transaction::work(async { $work }).await?;
            Ok($crate::transaction::Done::Kept(answer))
        })
    };
}
pub(crate) use transact;

/// As `transact`, for work that answers a `Done`.
macro_rules! transact_if {
    ($backend:expr, |$transaction:ident| $work:expr) => {{
        let mut tries = $crate::transaction::Tries::default();
        loop {
            let result = $crate::transaction::work(async {
                let mut begun = $crate::transaction::WriteTransaction::begin(&$backend).await?;
                let $transaction = &mut begun;
                // On the heap: the work is most of what the caller's future would hold.
                let done = Box::pin($crate::transaction::work(async { $work })).await?;
                begun.conclude(done).await
            })
            .await;
            match tries.pause(&result) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => break result,
            }
        }
    }};
}
pub(crate) use transact_if;

/// A piece of work as it is, of which the compiler now knows what it answers.
pub(crate) fn work<T, W: Future<Output = Result<T, StoreError>>>(work: W) -> W {
    work
}

impl WriteTransaction {
    pub(crate) async fn begin(backend: &Backend) -> Result<Self, StoreError> {
        Ok(match backend {
            // At once, since a transaction that reads first may find no way to write later.
            Backend::Sqlite(pool) => Self::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Backend::Postgres(pool) => Self::Postgres(pool.begin().await?),
        })
    }

    /// Commits what is kept. What is not is taken back once the transaction is dropped.
    pub(crate) async fn conclude<T>(self, done: Done<T>) -> Result<T, StoreError> {
        match (done, self) {
            (Done::Undone(answer), _) => Ok(answer),
            (Done::Kept(answer), Self::Sqlite(transaction)) => {
                Ok(transaction.commit().await.map(|()| answer)?)
            }
            (Done::Kept(answer), Self::Postgres(transaction)) => {
                Ok(transaction.commit().await.map(|()| answer)?)
            }
        }
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
        self.execute(
            "INSERT INTO audit_events (organization_id, logged_at, event_id, action, actor_kind, actor_id,
             actor_name, subject_kind, subject_id, subject_name, ip_address, user_agent, details)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            (
                organization.0,
                at.timestamp_micros(),
                ids::audit_event_id(at).as_str(),
                action.as_str(),
                actor.kind.as_str(),
                actor.id.as_deref(),
                actor.name.as_deref(),
                kind,
                id,
                name,
                actor.origin.ip_address.as_deref(),
                actor.origin.user_agent.as_deref(),
                Value::Object(details).to_string(),
            ),
        )
        .await?;
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
        let rows: Vec<(i64,)> = self
            .fetch(
                "SELECT organization_id FROM memberships WHERE user_id = $1 ORDER BY organization_id",
                (user.as_str(),),
            )
            .await?;
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
/// at the same moment. A SQLite file that is busy is waited for by its connections.
fn is_passing(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation()
            || error
                .code()
                .is_some_and(|code| ["40001", "40P01"].contains(&code.as_ref()))
    })
}
