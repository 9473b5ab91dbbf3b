//! Where executions rest: one `Store`, SQLite or PostgreSQL behind it. The only crate that knows SQL.

mod accounts;
mod agents;
mod api_keys;
mod backend;
mod codec;
mod counts;
mod error;
mod executions;
mod ids;
mod recording;
mod row;
mod sessions;
mod snapshot;

pub use accounts::{Credentials, Organization, User};
pub use agents::NewVersion;
pub use error::StoreError;
pub use executions::{ExecutionPage, ExportCursor};
pub use recording::{AmendOutcome, Caller, RecordResult, Recorded};
pub use sessions::{Link, LinkPurpose, Session, TokenHash};

use backend::{Backend, on_pool};
use recording::Recorder;
use std::sync::Arc;

/// The database, ready for use. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    recorder: Arc<Recorder>,
}

impl Store {
    /// Opens `sqlite://PATH` or `postgres://…` and applies what migrations are missing. A SQLite file is made where
    /// there is none.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let backend = Backend::open(url).await?;
        let recorder = Arc::new(Recorder::start(backend.clone()));
        Ok(Self { backend, recorder })
    }

    /// Answers whether the database does.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_pool!(self.backend, |pool| sqlx::query("SELECT 1")
            .execute(pool)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Finishes what was accepted for recording and closes every connection.
    pub async fn close(&self) {
        self.recorder.stop().await;
        self.backend.close().await;
    }
}
