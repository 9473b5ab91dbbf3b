//! Exports: the whole filtered history in bounded pages, so that no connection and no log is held while a client reads.

use super::condition::{cells_condition, push_from_executions, push_uncounted_conditions};
use crate::{
    Store, StoreError,
    backend::Backend,
    codec::{self, Packed},
    counts::Stretch,
    held::{self, Held},
    history::History,
    row::LINE_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{
    AgentId, Execution, ExecutionFilter, ExecutionId, ExecutionSummary, OrganizationId, Timestamp, csv::Line,
};

/// Bytes of sealed payload that a page reads, and of JSON that it unpacks, unless a single execution is larger.
const SEALED: i64 = 4 << 20;
const UNPACKED: usize = 8 << 20;
/// Bytes of sealed payload from which on a page waits for its turn before it reads them.
const SEALED_AT_ONCE: i64 = 512 << 10;

/// A whole execution, or what is left of one whose payload is damaged.
pub type Exported = Result<Execution, Box<ExecutionSummary>>;

/// Where an export goes on. It covers what was recorded when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportCursor {
    /// The newest arrival when the export began.
    until: i64,
    last: Option<(Timestamp, ExecutionId)>,
}

impl Store {
    /// Begins an export; rows recorded later stay out of it. No connection is held between the pages.
    pub async fn begin_export(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
    ) -> Result<ExportCursor, StoreError> {
        self.agent_key(organization, agent).await?;
        let mut newest = Statement::new("SELECT COALESCE(MAX(execution_key), 0) FROM executions");
        if let Backend::Postgres(_) = self.backend {
            // Its primary key begins with the organization; SQLite's does not.
            newest.push(" WHERE organization_id = ").bind(organization.0);
        }
        let newest = Snapshot::begin(&self.backend)
            .await?
            .integers::<1>(newest)
            .await?;
        Ok(ExportCursor {
            until: newest.first().map_or(0, |[key]| *key),
            last: None,
        })
    }

    /// The next lines of a CSV export, newest first, `rows` at most; none at the end. Moves the cursor.
    pub async fn export_lines(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        cursor: &mut ExportCursor,
        rows: u32,
    ) -> Result<Vec<Line>, StoreError> {
        let history = self.history(organization, agent).await?;
        let statement = next(
            format!("SELECT {LINE_COLUMNS}"),
            "",
            history,
            filter,
            cursor,
            rows,
        );
        let page = Snapshot::begin(&self.long_reads).await?.lines(statement).await?;
        if let Some(last) = page.last() {
            cursor.last = Some((last.executed_at, last.execution_id.clone()));
        }
        Ok(page)
    }

    /// The next whole executions of an export, as `export_lines`: `rows` at most, and fewer where they are large. Waits in
    /// line where others read large ones just now; on an error the cursor stays where it is.
    pub async fn export_executions(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        cursor: &mut ExportCursor,
        rows: u32,
    ) -> Result<Held<Vec<Exported>>, StoreError> {
        let history = self.history(organization, agent).await?;
        let keys = self.vault.keys(organization).await?;
        let sizes = || {
            let select = "SELECT e.execution_key, CAST(LENGTH(p.payload) AS BIGINT)".to_owned();
            next(select, self.payload_join(), history, filter, cursor, rows)
        };
        let mut snapshot = Snapshot::begin(&self.long_reads).await?;
        let (mut wanted, bytes) = fitting(snapshot.integers(sizes()).await?);
        let mut share = None;
        if bytes >= SEALED_AT_ONCE {
            drop(snapshot);
            share = Some(self.opened.take(organization, codec::LARGEST).await?);
            snapshot = Snapshot::begin(&self.long_reads).await?;
            (wanted, _) = fitting(snapshot.integers(sizes()).await?);
        }
        if wanted.is_empty() {
            return Ok(Vec::new().into());
        }
        let whole = self.whole(&snapshot, history, wanted);
        let page = snapshot.summaries_with::<Vec<u8>>(whole, agent).await?;
        drop(snapshot);
        let numbers = page.iter().filter_map(|(_, sealed)| codec::key_number(sealed));
        let keys = self.vault.covering(keys, numbers.collect()).await?;
        let (mut opening, mut size) = (Vec::with_capacity(page.len()), 0);
        for (summary, sealed) in page {
            let packed = match codec::decrypt(&keys, &summary.execution_id, sealed) {
                Err(StoreError::DamagedPayload(_)) => None,
                decrypted => Some(decrypted?),
            };
            let bytes = packed.as_ref().map_or(0, Packed::size);
            if !opening.is_empty() && size + bytes > UNPACKED {
                break;
            }
            size += bytes;
            opening.push((summary, packed));
        }
        let share = held::share_for(&self.opened, organization, size, share).await?;
        let page = held::unpack(size, share, move || {
            Ok(opening.into_iter().map(exported).collect())
        });
        let page: Held<Vec<Exported>> = page.await?;
        let last = page
            .last()
            .map(|one| one.as_ref().map_or_else(|summary| &**summary, |one| &one.summary));
        if let Some(summary) = last {
            cursor.last = Some((summary.executed_at, summary.execution_id.clone()));
        }
        Ok(page)
    }
}

fn exported((summary, packed): (ExecutionSummary, Option<Packed>)) -> Exported {
    match packed.map(Packed::unpack) {
        Some(Ok(payload)) => Ok(Execution { summary, payload }),
        Some(Err(_)) | None => Err(summary.into()),
    }
}

/// Of executions and the sizes of their sealed payloads, in order, those that are read together, one at least, and their
/// bytes.
fn fitting(sizes: Vec<[i64; 2]>) -> (Vec<[i64; 1]>, i64) {
    let (mut fitting, mut bytes) = (Vec::with_capacity(sizes.len()), 0);
    for [key, size] in sizes {
        if !fitting.is_empty() && bytes + size > SEALED {
            break;
        }
        bytes += size;
        fitting.push([key]);
    }
    (fitting, bytes)
}

/// The rows that follow the cursor.
fn next(
    select: String,
    join: &str,
    history: History<'_>,
    filter: &ExecutionFilter,
    cursor: &ExportCursor,
    rows: u32,
) -> Statement {
    let mut stretch = Stretch::of(filter);
    if let Some((executed_at, _)) = &cursor.last {
        stretch.until = stretch.until.min(executed_at.timestamp_micros() + 1);
    }
    let mut statement = Statement::new(select);
    push_from_executions(&mut statement, history, join, stretch);
    // As sums, so that neither database takes the index by status and then sorts what it found.
    statement.push(&cells_condition("e.status + 0", "e.source + 0", filter));
    push_uncounted_conditions(&mut statement, filter);
    statement.push(" AND e.execution_key <= ").bind(cursor.until);
    if let Some((executed_at, execution_id)) = &cursor.last {
        statement
            .push(" AND (e.executed_at < ")
            .bind(executed_at.timestamp_micros());
        statement
            .push(" OR e.execution_id < ")
            .bind_text(execution_id.as_str())
            .push(")");
    }
    statement
        .push(" ORDER BY e.executed_at DESC, e.execution_id DESC LIMIT ")
        .bind(rows.into());
    statement
}
