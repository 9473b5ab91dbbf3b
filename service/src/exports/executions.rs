//! An execution history as CSV or NDJSON.

use super::{ExportError, WatchedExport, csv_writer};
use crate::{
    Caller, Error, Service,
    answers::{Answers, in_place},
    clock,
};
use bytes::Bytes;
use domain::{
    AgentId, AuditAction, ExecutionFilter, ExecutionSummary, ExportFormat, ExportName, ExportProgress,
    OrganizationId, Permission, csv::HEADER, time,
};
use serde::Serialize;
use store::{ExportCursor, Note, Share, Store};

/// Rows read at a time for CSV.
const LINE_ROWS: u32 = 2_000;
/// Rows read at a time where payloads come along, which may be large.
const PAYLOAD_ROWS: u32 = 100;
/// Bytes of an execution beside its payload, about.
const SUMMARY_BYTES: usize = 640;

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

/// What is written of an execution whose payload is damaged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unreadable<'a> {
    #[serde(flatten)]
    summary: &'a ExecutionSummary,
    payload_error: &'static str,
}

impl Service {
    /// Begins an export of one agent's executions that pass `filter`. The audit log is told first.
    ///
    /// # Errors
    /// There is no such agent.
    pub async fn begin_export(
        &self,
        caller: &Caller,
        agent: AgentId,
        filter: ExecutionFilter,
        format: ExportFormat,
    ) -> Result<Export, Error> {
        caller.require_with_agent(Permission::Read, &agent)?;
        let (store, organization) = (self.store.by(caller.actor()), caller.organization);
        let name = store.agent(organization, &agent).await?.name;
        let note = Note::new(AuditAction::ExecutionsExported)
            .about("agent", agent.as_str(), Some(&name))
            .with("format", format.as_str())
            .with("from", filter.from.map(time::rfc3339))
            .with("to", filter.to.map(time::rfc3339));
        store.note(organization, note, clock::now()).await?;
        let cursor = store.begin_export(organization, &agent).await?;
        Ok(Export {
            store,
            organization,
            agent,
            filter,
            format,
            cursor,
            header_is_due: format == ExportFormat::Csv,
            rows: 0,
            answers: self.answers.clone(),
            needed: None,
        })
    }

    /// Counts what an export will have, so that it can be watched under a name that its reader chose.
    ///
    /// # Errors
    /// There is no such agent.
    pub async fn watch_export(
        &self,
        caller: &Caller,
        agent: &AgentId,
        filter: &ExecutionFilter,
        name: ExportName,
    ) -> Result<WatchedExport, Error> {
        caller.require_with_agent(Permission::Read, agent)?;
        let total = self.store.count(caller.organization, agent, filter).await?;
        Ok(self.exports.watch(caller.organization, name, total))
    }

    /// How far an export is; `None` where nobody watches one of that name at this server.
    ///
    /// # Errors
    /// The permission is missing.
    pub fn export_progress(
        &self,
        caller: &Caller,
        name: ExportName,
    ) -> Result<Option<ExportProgress>, Error> {
        caller.require_everywhere(Permission::Read)?;
        Ok(self.exports.progress(caller.organization, name))
    }
}

impl Export {
    /// The next bytes; `None` at the end. They are counted among the answers in memory for as long as they live.
    ///
    /// # Errors
    /// `Error::Exhausted` where there is no memory for them just now: whoever asks again goes on where it was.
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
                Err(Error::from(exhausted).into())
            }
        }
    }

    /// Executions written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    async fn take(&self, bytes: usize) -> Result<Share, Error> {
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
        let mut writer = csv_writer(Vec::with_capacity(page.len() * 96 + 128));
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
            for exported in page.iter() {
                match exported {
                    Ok(execution) => serde_json::to_writer(&mut bytes, execution)?,
                    Err(summary) => {
                        let payload_error = "unreadable";
                        serde_json::to_writer(
                            &mut bytes,
                            &Unreadable {
                                summary,
                                payload_error,
                            },
                        )?;
                    }
                }
                bytes.push(b'\n');
            }
            Ok::<_, serde_json::Error>(bytes)
        };
        let bytes = in_place(size, write).await.map_err(std::io::Error::from)?;
        Ok(Some((bytes, rows as u64)))
    }
}
