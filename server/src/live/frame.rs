//! Events as they stand in a stream (WHATWG HTML, "Server-sent events").

use axum::body::Bytes;
use domain::{EventKind, EventPosition, ExecutionEvent, ExecutionFilter};
use std::sync::OnceLock;

/// A comment, which says that the stream is alive.
pub const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

/// An event of an agent, written out once for all who are told of it.
#[derive(Debug)]
pub struct LiveEvent {
    event: ExecutionEvent,
    /// As `EventKind::ALL`: a change may be new to one reader's filter and old to another's.
    frames: [OnceLock<Bytes>; 3],
}

impl LiveEvent {
    /// Not written out yet.
    pub fn new(event: ExecutionEvent) -> Self {
        Self {
            event,
            frames: Default::default(),
        }
    }

    /// Its place in the log.
    pub fn position(&self) -> EventPosition {
        self.event.position
    }

    /// What whoever watches a list of that filter is told; `None` for nothing.
    pub fn through(&self, filter: &ExecutionFilter) -> Option<Bytes> {
        let (kind, row) = self.event.through(filter)?;
        let [created, updated, deleted] = &self.frames;
        let frame = match kind {
            EventKind::Created => created,
            EventKind::Updated => updated,
            EventKind::Deleted => deleted,
        };
        let write = || {
            // Writing plain values as JSON does not fail.
            let row = serde_json::to_string(row).unwrap_or_default();
            let (kind, position) = (kind.as_str(), self.event.position);
            format!("event: {kind}\nid: {position}\ndata: {row}\n\n").into()
        };
        Some(frame.get_or_init(write).clone())
    }
}

/// The beginning of a stream: where it goes on from, and after how many milliseconds to come back when it breaks off.
pub fn opening(position: EventPosition, retry_ms: u64) -> Bytes {
    format!("retry: {retry_ms}\nid: {position}\n\n").into()
}

/// Tells the reader to read the list again; the stream goes on from `position`.
pub fn resync(position: EventPosition) -> Bytes {
    format!("event: resync\nid: {position}\ndata: {{}}\n\n").into()
}
