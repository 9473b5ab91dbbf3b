//! How far exports are that somebody watches. The file itself goes from the server to the disk, past the page, so the
//! page has to ask.

use domain::{ExportName, ExportProgress, ExportState, OrganizationId};
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// How long the end of an export is remembered.
const MEMORY: Duration = Duration::from_secs(60);
/// Exports that are watched at once; a further one goes on unwatched.
const MOST: usize = 1_000;

/// The exports of this process that are watched. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Exports(Arc<Mutex<HashMap<Key, Entry>>>);

type Key = (OrganizationId, ExportName);

struct Entry {
    progress: ExportProgress,
    ended: Option<Instant>,
}

impl Exports {
    /// Watches an export under a name that its reader chose.
    pub fn watch(&self, organization: OrganizationId, name: ExportName, total: u64) -> WatchedExport {
        let key = (organization, name);
        let mut exports = self.0.lock();
        exports.retain(|_, entry| entry.ended.is_none_or(|ended| ended.elapsed() < MEMORY));
        if exports.len() < MOST {
            let progress = ExportProgress {
                rows: 0,
                total,
                state: ExportState::Running,
            };
            exports.insert(
                key.clone(),
                Entry {
                    progress,
                    ended: None,
                },
            );
        }
        drop(exports);
        WatchedExport {
            exports: self.clone(),
            key,
        }
    }

    /// How far the export is; `None` where nobody watches one of that name here.
    pub fn progress(&self, organization: OrganizationId, name: ExportName) -> Option<ExportProgress> {
        let exports = self.0.lock();
        exports
            .get(&(organization, name))
            .map(|entry| entry.progress.clone())
    }
}

/// An export that is watched. One that is dropped before its end has broken off.
pub struct WatchedExport {
    exports: Exports,
    key: Key,
}

impl WatchedExport {
    /// Tells how many rows are written.
    pub fn advance(&self, rows: u64) {
        if let Some(entry) = self.exports.0.lock().get_mut(&self.key) {
            entry.progress.rows = rows;
        }
    }

    /// Tells that all rows are written.
    pub fn finish(self) {
        self.end(ExportState::Done);
    }

    fn end(&self, state: ExportState) {
        if let Some(entry) = self.exports.0.lock().get_mut(&self.key)
            && entry.ended.is_none()
        {
            entry.progress.state = state;
            entry.ended = Some(Instant::now());
        }
    }
}

impl Drop for WatchedExport {
    fn drop(&mut self) {
        self.end(ExportState::Failed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: OrganizationId = OrganizationId(1);

    fn name() -> ExportName {
        "a".parse().unwrap()
    }

    #[test]
    fn an_export_is_seen_from_its_begin_to_its_end_by_its_own_organization() {
        let exports = Exports::default();
        let watched = exports.watch(OURS, name(), 10);
        watched.advance(4);
        let progress = exports.progress(OURS, name()).unwrap();
        assert_eq!(
            (progress.rows, progress.total, progress.state),
            (4, 10, ExportState::Running)
        );
        assert_eq!(exports.progress(OrganizationId(2), name()), None);
        watched.finish();
        assert_eq!(exports.progress(OURS, name()).unwrap().state, ExportState::Done);
    }

    #[test]
    fn an_export_whose_reader_left_has_failed() {
        let exports = Exports::default();
        drop(exports.watch(OURS, name(), 10));
        assert_eq!(exports.progress(OURS, name()).unwrap().state, ExportState::Failed);
    }
}
