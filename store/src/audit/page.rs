//! Reading the audit log, newest first: a page with the exact total from one snapshot, or all of it in bounded pages.

use super::event::COLUMNS;
use crate::{
    Store, StoreError,
    snapshot::{Snapshot, Statement},
};
use domain::{AuditEvent, AuditEventId, AuditFilter, OrganizationId, PageRequest, Timestamp};

/// One page of events.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    /// How many pass the filter.
    pub total: u64,
}

/// Where reading all of the log goes on. It covers what was written when it began.
#[derive(Debug, Clone)]
pub struct AuditCursor {
    until: Timestamp,
    last: Option<(Timestamp, AuditEventId)>,
}

impl AuditCursor {
    /// Covers what was written up to an instant.
    pub fn until(instant: Timestamp) -> Self {
        Self {
            until: instant,
            last: None,
        }
    }
}

impl Store {
    /// One page of the organization's audit log, newest first, and how many events pass the filter.
    pub async fn audit_events(
        &self,
        organization: OrganizationId,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> Result<AuditPage, StoreError> {
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        let count = events("SELECT CAST(COUNT(*) AS BIGINT)", organization, filter);
        let total = snapshot.integers::<1>(count).await?;
        let mut statement = events(&format!("SELECT {COLUMNS}"), organization, filter);
        newest_first(&mut statement, page.limit.rows());
        statement
            .push(" OFFSET ")
            .bind(i64::try_from(page.offset).unwrap_or(i64::MAX));
        Ok(AuditPage {
            events: snapshot.audit_events(statement).await?,
            total: total.first().map_or(0, |[total]| total.unsigned_abs()),
        })
    }

    /// The next events, newest first, `rows` at most; none at the end. Moves the cursor, and holds no connection in
    /// between.
    pub async fn next_audit_events(
        &self,
        organization: OrganizationId,
        filter: &AuditFilter,
        cursor: &mut AuditCursor,
        rows: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let mut statement = events(&format!("SELECT {COLUMNS}"), organization, filter);
        let until = cursor.last.as_ref().map_or(cursor.until, |(at, _)| *at);
        statement
            .push(" AND logged_at <= ")
            .bind(until.timestamp_micros());
        if let Some((at, id)) = &cursor.last {
            statement.push(" AND (logged_at < ").bind(at.timestamp_micros());
            statement.push(" OR event_id < ").bind_text(id.as_str()).push(")");
        }
        newest_first(&mut statement, rows);
        let page = Snapshot::begin(&self.long_reads)
            .await?
            .audit_events(statement)
            .await?;
        if let Some(last) = page.last() {
            cursor.last = Some((last.at, last.event_id.clone()));
        }
        Ok(page)
    }
}

fn newest_first(statement: &mut Statement, rows: u32) {
    statement
        .push(" ORDER BY logged_at DESC, event_id DESC LIMIT ")
        .bind(rows.into());
}

/// The organization's events that pass the filter.
fn events(select: &str, organization: OrganizationId, filter: &AuditFilter) -> Statement {
    let mut statement = Statement::new(select);
    statement
        .push(" FROM audit_events WHERE organization_id = ")
        .bind(organization.0);
    if let Some(from) = filter.from {
        statement.push(" AND logged_at >= ").bind(from.timestamp_micros());
    }
    if let Some(to) = filter.to {
        statement.push(" AND logged_at <= ").bind(to.timestamp_micros());
    }
    for (index, action) in filter.actions.iter().enumerate() {
        statement
            .push(if index == 0 { " AND action IN (" } else { ", " })
            .bind_text(action.as_str());
    }
    if !filter.actions.is_empty() {
        statement.push(")");
    }
    push_named(&mut statement, "actor", filter.actor.as_deref());
    push_named(&mut statement, "subject", filter.subject.as_deref());
    statement
}

/// Only where the identifier or kind of `who` is that text, or its name has it in it. The databases know the case of
/// different letters, so the text as it was given counts as well.
fn push_named(statement: &mut Statement, who: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    let part = |text: &str| {
        let escaped: String = text.chars().flat_map(escape).collect();
        format!("%{escaped}%")
    };
    statement.push(&format!(" AND ({who}_id = ")).bind_text(text);
    statement.push(&format!(" OR {who}_kind = ")).bind_text(text);
    for (column, text) in [
        (format!("LOWER({who}_name)"), text.to_lowercase()),
        (format!("{who}_name"), text.to_owned()),
    ] {
        statement
            .push(&format!(" OR {column} LIKE "))
            .bind_text(&part(&text))
            .push(" ESCAPE '!'");
    }
    statement.push(")");
}

/// A letter as LIKE takes it, where `!` is what escapes.
fn escape(letter: char) -> impl Iterator<Item = char> {
    let mark = matches!(letter, '!' | '%' | '_').then_some('!');
    mark.into_iter().chain([letter])
}
