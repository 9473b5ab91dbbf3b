//! Where executions rest: one `Store`, SQLite or PostgreSQL behind it. The only crate that knows SQL.

mod accounts;
mod agents;
mod api_keys;
mod audit;
mod backend;
mod backup;
mod budget;
mod checkup;
mod codec;
mod connections;
mod counts;
mod damage;
mod deletion;
mod error;
mod events;
mod executions;
mod facet_days;
mod facets;
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod held;
mod history;
mod identities;
mod ids;
mod installation_notes;
mod invitations;
mod leaving;
mod links;
mod members;
mod postgres_server;
mod query;
mod ready;
mod recording;
mod reencryption;
mod resets;
mod retention;
mod row;
mod sealed;
mod sessions;
mod sign_in_origins;
mod snapshot;
mod sqlite_file;
mod tasks;
pub mod token;
mod transaction;
mod vault;
mod verification;

pub use accounts::{Credentials, Organization, User};
pub use agents::NewVersion;
pub use api_keys::{KeyCheck, KeyRefusal, Quota};
pub use audit::{AuditCursor, AuditPage, MOST_REFUSALS_TOLD, Note};
pub use backup::{Examined, Unfit, examine, find_damage, key_name, key_name_in, note_backup, write_backup};
pub use budget::{Budget, Exhausted, Share};
pub use checkup::{Checkup, Connection, OrganizationCheckup};
pub use connections::{Access, NewConnection, StoredConnection};
pub use deletion::Removed;
pub use error::StoreError;
pub use events::{Events, Watch};
pub use executions::{ExecutionPage, ExportCursor, Exported, Neighbors};
pub use facet_days::UncountedDay;
pub use held::Held;
pub use identities::Identity;
pub use invitations::{NewInvitation, OpenInvitation};
pub use links::{Link, LinkPurpose};
pub use recording::{AmendOutcome, RecordResult, Recorded, RecordedBy, Recording};
pub use reencryption::Reencrypted;
pub use retention::{BegunErasure, Overdue, PersonalData, Purged};
pub use sessions::{Session, TokenHash};
pub use sign_in_origins::SignInOrigin;
pub use sqlite_file::{make_private, sqlite_file};
pub use tasks::{
    ClaimedTask, EraseAgent, ErasePerson, LEASE, SendInvitation, SendPasswordReset, TaskPage, TaskPayload,
};
pub use vault::{Lock, LockedStore, MasterKey};
pub use verification::Verified;

use api_keys::activity::KeyActivity;
use backend::Backend;
use domain::Actor;
use events::signals::Signals;
use health::Health;
use recording::Recorder;
use std::sync::Arc;
use tokio::sync::Semaphore;
use vault::{Reread, Vault};

/// How many look at what successes were given at the same time: some 10 MiB each at most.
const LOOKING: usize = 2;

/// The database, ready for use. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    long_reads: Backend,
    rewriting: Backend,
    vault: Arc<Vault>,
    recorder: Arc<Recorder>,
    signals: Arc<Signals>,
    key_activity: Arc<KeyActivity>,
    /// Bytes of opened payloads.
    opened: Budget,
    /// Places for those who look at what successes were given.
    looking: Arc<Semaphore>,
    /// In whose name things are done.
    actor: Arc<Actor>,
}

impl Store {
    fn start(url: &str, backend: Backend, master: MasterKey, reread: Reread) -> Result<Self, StoreError> {
        let signals = Arc::new(Signals::default());
        let vault = Arc::new(Vault::new(backend.clone(), master, reread));
        let opened = held::budget();
        let health = Arc::new(Health::of(url));
        let recorder = Arc::new(Recorder::start(
            vault.clone(),
            signals.clone(),
            opened.clone(),
            health,
        ));
        Ok(Self {
            long_reads: backend.for_long_reads(url)?,
            rewriting: backend.for_rewriting(url)?,
            backend,
            vault,
            recorder,
            signals,
            key_activity: Arc::default(),
            opened,
            looking: Arc::new(Semaphore::new(LOOKING)),
            actor: Arc::new(Actor::system()),
        })
    }

    /// Finishes what was accepted for recording and closes every connection.
    pub async fn close(&self) {
        self.recorder.stop().await;
        if let Err(error) = self.write_key_uses().await {
            tracing::warn!(%error, "the last uses of API keys were not written");
        }
        self.long_reads.close().await;
        self.rewriting.close().await;
        self.backend.close().await;
    }
}
