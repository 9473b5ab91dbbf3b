//! The audit log as CSV or NDJSON.

use super::{ExportError, csv_writer};
use crate::{Caller, Error, Service, clock};
use domain::{AuditAction, AuditEvent, AuditFilter, ExportFormat, OrganizationId, audit::HEADER, time};
use std::io::Write;
use store::{AuditCursor, Note, Store};

/// Events read at a time.
const ROWS: u32 = 1_000;

/// An export under way. It covers what was written when it began, newest first, its own event included.
pub struct AuditExport {
    store: Store,
    organization: OrganizationId,
    filter: AuditFilter,
    format: ExportFormat,
    cursor: AuditCursor,
    header_is_due: bool,
}

impl Service {
    /// Begins an export of the events that pass `filter`. The log is told first.
    ///
    /// # Errors
    /// The permission is missing.
    pub async fn begin_audit_export(
        &self,
        caller: &Caller,
        filter: AuditFilter,
        format: ExportFormat,
    ) -> Result<AuditExport, Error> {
        let (store, now) = (self.administered(caller)?, clock::now());
        let note = Note::new(AuditAction::AuditExported)
            .with("format", format.as_str())
            .with("from", filter.from.map(time::rfc3339))
            .with("to", filter.to.map(time::rfc3339));
        store.note(caller.organization, note, now).await?;
        Ok(AuditExport {
            store,
            organization: caller.organization,
            filter,
            format,
            cursor: AuditCursor::until(now),
            header_is_due: format == ExportFormat::Csv,
        })
    }
}

impl AuditExport {
    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let page = self
            .store
            .next_audit_events(self.organization, &self.filter, &mut self.cursor, ROWS)
            .await?;
        let header = std::mem::take(&mut self.header_is_due);
        if page.is_empty() && !header {
            return Ok(None);
        }
        Ok(Some(match self.format {
            ExportFormat::Csv => csv(&page, header)?,
            ExportFormat::Ndjson => ndjson(&page)?,
        }))
    }
}

fn csv(page: &[AuditEvent], header: bool) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = csv_writer(Vec::new());
    if header {
        writer.write_record(HEADER)?;
    }
    for event in page {
        writer.write_record(event.cells().iter().map(|cell| cell.as_bytes()))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn ndjson(page: &[AuditEvent]) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = Vec::new();
    for event in page {
        serde_json::to_writer(&mut bytes, event)?;
        bytes.write_all(b"\n")?;
    }
    Ok(bytes)
}
