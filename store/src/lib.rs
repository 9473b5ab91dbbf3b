//! Where executions rest: one `Store`, SQLite or PostgreSQL behind it. The only crate that knows SQL.

mod accounts;
mod agents;
mod api_keys;
mod backend;
mod codec;
mod counts;
mod error;
mod events;
mod executions;
mod facets;
mod ids;
mod recording;
mod row;
mod sessions;
mod snapshot;

pub use accounts::{Credentials, Organization, User};
pub use agents::NewVersion;
pub use error::StoreError;
pub use events::{Events, Watch};
pub use executions::{ExecutionPage, ExportCursor, Neighbors};
pub use recording::{AmendOutcome, Caller, RecordResult, Recorded};
pub use sessions::{Link, LinkPurpose, Session, TokenHash};

use backend::{Backend, on_pool};
use events::Signals;
use recording::Recorder;
use std::sync::Arc;

/// The database, ready for use. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    long_reads: Backend,
    recorder: Arc<Recorder>,
    signals: Arc<Signals>,
}

impl Store {
    /// Opens `sqlite://PATH` or `postgres://…` and applies what migrations are missing. A SQLite file is made where
    /// there is none.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let backend = Backend::open(url).await?;
        let signals = Arc::new(Signals::default());
        let recorder = Arc::new(Recorder::start(backend.clone(), signals.clone()));
        Ok(Self {
            long_reads: Backend::for_long_reads(url)?,
            backend,
            recorder,
            signals,
        })
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
        self.long_reads.close().await;
        self.backend.close().await;
    }
}
