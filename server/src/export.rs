//! An execution history as a stream of bytes: CSV or NDJSON, page by page, in bounded memory. The REST call and the
//! command line export through this.

use crate::{
    answers::{Answers, in_place},
    clock,
};
use axum::body::Bytes;
use domain::{AgentId, AuditAction, ExecutionFilter, OrganizationId, csv::HEADER, time};
use store::{ExportCursor, Note, Share, Store, StoreError};

/// Rows read at a time for CSV.
const LINE_ROWS: u32 = 2_000;
/// Rows read at a time where payloads come along, which may be large.
const PAYLOAD_ROWS: u32 = 100;
/// Bytes of an execution beside its payload, about.
const SUMMARY_BYTES: usize = 640;

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
    answers: Answers,
    /// Bytes for which there was no memory the last time.
    needed: Option<usize>,
}

impl Export {
    /// Begins an export of one agent's executions that pass `filter`. The audit log is told first.
    pub async fn begin(
        store: Store,
        organization: OrganizationId,
        agent: AgentId,
        filter: ExecutionFilter,
        format: ExportFormat,
        answers: Answers,
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
            answers,
            needed: None,
        })
    }

    /// The next bytes; `None` at the end. They are counted among the answers in memory for as long as they live.
    ///
    /// # Errors
    /// `StoreError::Exhausted` where there is no memory for them just now: whoever asks again goes on where it was.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ExportError> {
        // Before anything is read, where there was not enough the last time.
        let room = match self.needed {
            Some(bytes) => Some(self.take(bytes).await?),
            None => None,
        };
        let (cursor, header_is_due) = (self.cursor.clone(), self.header_is_due);
        let page = match self.format {
            ExportFormat::Csv => self.next_csv().await?,
            ExportFormat::Ndjson => self.next_ndjson().await?,
        };
        let Some((bytes, rows)) = page else {
            return Ok(None);
        };
        let length = bytes.len();
        match self.answers.count(self.organization, bytes, room) {
            Ok(bytes) => {
                self.needed = None;
                self.rows += rows;
                Ok(Some(bytes))
            }
            Err(exhausted) => {
                (self.cursor, self.header_is_due) = (cursor, header_is_due);
                self.needed = Some(length);
                Err(StoreError::from(exhausted).into())
            }
        }
    }

    /// Executions written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    async fn take(&self, bytes: usize) -> Result<Share, StoreError> {
        Ok(self.answers.take(self.organization, bytes).await?)
    }

    async fn next_csv(&mut self) -> Result<Option<(Vec<u8>, u64)>, ExportError> {
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
        Ok(Some((bytes, page.len() as u64)))
    }

    async fn next_ndjson(&mut self) -> Result<Option<(Vec<u8>, u64)>, ExportError> {
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
        let (size, rows) = (page.size(), page.len());
        // The page goes along with its share of memory.
        let write = move || {
            let mut bytes = Vec::with_capacity(size + rows * SUMMARY_BYTES);
            for execution in page.iter() {
                serde_json::to_writer(&mut bytes, execution)?;
                bytes.push(b'\n');
            }
            Ok::<_, serde_json::Error>(bytes)
        };
        let bytes = in_place(size, write).await.map_err(std::io::Error::from)?;
        Ok(Some((bytes, rows as u64)))
    }
}
