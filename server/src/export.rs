//! An execution history as a stream of bytes: CSV or NDJSON, page by page, in bounded memory. The REST call and the
//! command line export through this.

use crate::clock;
use domain::{AgentId, AuditAction, ExecutionFilter, OrganizationId, csv::HEADER, time};
use std::io::Write;
use store::{ExportCursor, Note, Store, StoreError};

/// Rows read at a time for CSV.
const LINE_ROWS: u32 = 2_000;
/// Rows read at a time where payloads come along, which may be large.
const PAYLOAD_ROWS: u32 = 100;

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// The summary columns, one row per execution, a header first.
    #[default]
    Csv,
    /// Whole executions, one JSON object per line, as `import` and the REST call take them.
    Ndjson,
}

impl ExportFormat {
    /// The format that a `format` parameter names.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "ndjson" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The media type of what is written.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// What a file of this format ends in, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row could not be written.
    #[error("a row could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// An export under way. It covers what was recorded when it began, newest first.
pub struct Export {
    store: Store,
    organization: OrganizationId,
    agent: AgentId,
    filter: ExecutionFilter,
    format: ExportFormat,
    cursor: ExportCursor,
    header_is_due: bool,
    rows: u64,
}

impl Export {
    /// Begins an export of one agent's executions that pass `filter`. The audit log is told first.
    pub async fn begin(
        store: Store,
        organization: OrganizationId,
        agent: AgentId,
        filter: ExecutionFilter,
        format: ExportFormat,
    ) -> Result<Self, StoreError> {
        let name = store.agent(organization, &agent).await?.name;
        let note = Note::new(AuditAction::ExecutionsExported)
            .about("agent", agent.as_str(), Some(&name))
            .with("format", format.extension())
            .with("from", filter.from.map(time::rfc3339))
            .with("to", filter.to.map(time::rfc3339));
        store.note(organization, note, clock::now()).await?;
        let cursor = store.begin_export(organization, &agent).await?;
        Ok(Self {
            store,
            organization,
            agent,
            filter,
            format,
            cursor,
            header_is_due: format == ExportFormat::Csv,
            rows: 0,
        })
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        match self.format {
            ExportFormat::Csv => self.next_csv().await,
            ExportFormat::Ndjson => self.next_ndjson().await,
        }
    }

    /// Executions written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    async fn next_csv(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let page = self
            .store
            .export_lines(
                self.organization,
                &self.agent,
                &self.filter,
                &mut self.cursor,
                LINE_ROWS,
            )
            .await?;
        let header = std::mem::take(&mut self.header_is_due);
        if page.is_empty() && !header {
            return Ok(None);
        }
        self.rows += page.len() as u64;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1 << 16)
            .from_writer(Vec::with_capacity(page.len() * 96 + 128));
        if header {
            writer.write_record(HEADER).map_err(std::io::Error::from)?;
        }
        for line in &page {
            writer
                .write_record(line.cells().iter().map(|cell| cell.as_bytes()))
                .map_err(std::io::Error::from)?;
        }
        let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(Some(bytes))
    }

    async fn next_ndjson(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let page = self
            .store
            .export_executions(
                self.organization,
                &self.agent,
                &self.filter,
                &mut self.cursor,
                PAYLOAD_ROWS,
            )
            .await?;
        if page.is_empty() {
            return Ok(None);
        }
        self.rows += page.len() as u64;
        let mut bytes = Vec::new();
        for execution in &page {
            serde_json::to_writer(&mut bytes, execution).map_err(std::io::Error::from)?;
            bytes.write_all(b"\n")?;
        }
        Ok(Some(bytes))
    }
}
