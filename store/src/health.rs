//! Whether what is recorded is kept. A SQLite file that is damaged, or that somebody removed or replaced, takes whatever
//! it is given and answers as if that were kept.

use crate::{StoreError, backend::Backend, damage, sqlite_file::Watched};
use parking_lot::Mutex;
use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

/// A look through the whole file is taken at most this often.
const BETWEEN_CHECKS: Duration = Duration::from_secs(3_600);

/// How long a failure to record speaks for itself: on a full disk something small may find room where nothing else does.
const JUST_NOW: Duration = Duration::from_secs(10);

/// What stops recording until the process starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Damaged,
    Replaced,
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged => Self::DamagedDatabase,
            Fault::Replaced => Self::ReplacedDatabase,
        }
    }
}

/// What is known of the database's health.
pub(crate) struct Health {
    file: Option<Watched>,
    fault: OnceLock<Fault>,
    /// How often damage had been met when the file was last looked through, and when that was.
    checked: Mutex<(u64, Option<Instant>)>,
    failure: Mutex<Option<(Instant, Arc<sqlx::Error>)>>,
}

impl Health {
    /// Of the database that was just opened.
    pub(crate) fn of(url: &str) -> Self {
        Self {
            file: Watched::of(url),
            fault: OnceLock::new(),
            checked: Mutex::new((damage::times_met(), None)),
            failure: Mutex::default(),
        }
    }

    /// Refuses where the database is no longer to be trusted with anything. Where anybody in this process met damage, the
    /// file is looked through first.
    pub(crate) async fn check(&self, backend: &Backend) -> Result<(), StoreError> {
        self.check_place()?;
        if self.is_check_due() && backend.quick_check().await?.is_some() {
            return Err(self.set(
                Fault::Damaged,
                "the database is damaged: nothing more is recorded; stop the server and bring a backup back with \
                 `agent-ledger restore`",
            ));
        }
        Ok(())
    }

    /// Refuses where the file's name leads to another one, or to none; and where it was found broken before.
    pub(crate) fn check_place(&self) -> Result<(), StoreError> {
        if let Some(fault) = self.fault.get() {
            return Err((*fault).into());
        }
        match &self.file {
            Some(file) if !file.is_in_place() => Err(self.set(
                Fault::Replaced,
                "the database file was removed or replaced while the server runs: nothing more is recorded; bring it \
                 back, then start the server anew",
            )),
            _ => Ok(()),
        }
    }

    fn set(&self, fault: Fault, sentence: &str) -> StoreError {
        if self.fault.set(fault).is_ok() {
            tracing::error!("{sentence}");
        }
        self.fault.get().copied().unwrap_or(fault).into()
    }

    fn is_check_due(&self) -> bool {
        let met = damage::times_met();
        let mut checked = self.checked.lock();
        let (seen, at) = *checked;
        let is_due = met > seen && at.is_none_or(|at| at.elapsed() > BETWEEN_CHECKS);
        if is_due {
            *checked = (met, Some(Instant::now()));
        }
        is_due
    }

    /// Remembers why the last attempt to record failed, or that it did not.
    pub(crate) fn note(&self, failure: Option<Arc<sqlx::Error>>) {
        *self.failure.lock() = failure.map(|failure| (Instant::now(), failure));
    }

    /// Why the last attempt to record failed, if it did, and whether that was just now.
    pub(crate) fn failure(&self) -> Option<(bool, Arc<sqlx::Error>)> {
        let failure = self.failure.lock();
        let (at, error) = failure.as_ref()?;
        Some((at.elapsed() < JUST_NOW, error.clone()))
    }
}
