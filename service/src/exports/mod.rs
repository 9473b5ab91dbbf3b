//! Histories as streams of bytes, page by page, in bounded memory.

mod audit;
mod executions;
mod watched;

pub use audit::AuditExport;
pub use executions::Export;
pub use watched::WatchedExport;

pub(crate) use watched::Exports;

use crate::Error;
use store::StoreError;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Service(#[from] Error),
    /// A row could not be written.
    #[error("a row could not be written: {0}")]
    Write(#[from] std::io::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// A writer of lines that end in CR LF (RFC 4180).
fn csv_writer(buffer: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(1 << 16)
        .from_writer(buffer)
}
