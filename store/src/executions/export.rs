//! Exports: the whole filtered history in bounded pages, so that no connection and no log is held while a client reads.

use super::{
    History,
    page::{cells_condition, push_from_executions, push_uncounted_conditions},
};
use crate::{
    Store, StoreError,
    backend::Backend,
    codec,
    counts::Stretch,
    row::{LINE_COLUMNS, SUMMARY_COLUMNS},
    snapshot::{Snapshot, Statement},
};
use domain::{AgentId, Execution, ExecutionFilter, ExecutionId, OrganizationId, Timestamp, csv::Line};

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

    /// The next whole executions of an export, as `export_lines`.
    pub async fn export_executions(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        cursor: &mut ExportCursor,
        rows: u32,
    ) -> Result<Vec<Execution>, StoreError> {
        let history = self.history(organization, agent).await?;
        let keys = self.vault.keys(organization).await?;
        let select = format!("SELECT {SUMMARY_COLUMNS}, p.payload");
        let statement = next(select, self.payload_join(), history, filter, cursor, rows);
        let page = Snapshot::begin(&self.long_reads)
            .await?
            .sealed(statement, agent)
            .await?;
        if let Some((last, _)) = page.last() {
            cursor.last = Some((last.executed_at, last.execution_id.clone()));
        }
        let keys = self.vault.covering(keys, &page).await?;
        page.into_iter()
            .map(|(summary, sealed)| {
                let payload = codec::open(&keys, &summary.execution_id, &sealed)?;
                Ok(Execution { summary, payload })
            })
            .collect()
    }
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
