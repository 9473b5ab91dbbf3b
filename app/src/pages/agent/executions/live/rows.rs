//! What events make of the page that is shown: which rows come, change and go, and what waits until it may come.

use super::stream::Change;
use crate::data::executions::ExecutionList;
use domain::{EventKind, ExecutionId, ExecutionSummary, Limit, PageRequest, Pagination};
use std::cmp::Reverse;

/// New rows that are not shown yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Waiting {
    /// The newest of them, as many as a page holds.
    rows: Vec<ExecutionSummary>,
    /// How many there are in all.
    pub count: u64,
}

/// What a batch of events came to.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    /// The rows that came in.
    pub fresh: Vec<ExecutionId>,
    /// Whether a row of the page went, so that another one has to take its place.
    pub lacks_rows: bool,
}

/// Puts a batch of events into the page. `hold` keeps new rows waiting; on a page other than the first they always
/// wait, since they would push every row down.
pub fn apply(list: &mut ExecutionList, waiting: &mut Waiting, changes: Vec<Change>, hold: bool) -> Outcome {
    let hold = hold || list.pagination.offset > 0;
    let mut outcome = Outcome::default();
    let mut removed = false;
    for Change { kind, execution, .. } in changes {
        match kind {
            EventKind::Created if replace(list, waiting, &execution) => {}
            EventKind::Created => {
                recount(list, 1);
                if is_above_the_last(list, &execution) {
                    waiting.put(execution, list.pagination.limit);
                }
            }
            EventKind::Updated => {
                replace(list, waiting, &execution);
            }
            EventKind::Deleted => {
                removed = true;
                recount(list, -1);
                let id = &execution.execution_id;
                waiting.take(id);
                list.executions.retain(|row| row.execution_id != *id);
            }
        }
    }
    if !hold {
        outcome.fresh = release(list, waiting);
    }
    let Pagination {
        limit, offset, total, ..
    } = list.pagination;
    let due = total.saturating_sub(offset).min(limit.into());
    // What went above another page moves every row of it up by one.
    outcome.lacks_rows = removed && offset > 0 || (list.executions.len() as u64) < due && waiting.count == 0;
    outcome
}

/// Lets what waits come in, where it has its place on the page; returns what came.
pub fn release(list: &mut ExecutionList, waiting: &mut Waiting) -> Vec<ExecutionId> {
    let Waiting { rows, .. } = std::mem::take(waiting);
    let is_new = |row: &ExecutionSummary| {
        let mut shown = list.executions.iter();
        shown.all(|shown| shown.execution_id != row.execution_id)
    };
    let rows: Vec<_> = rows.into_iter().filter(is_new).collect();
    let coming: Vec<_> = rows.iter().map(|row| row.execution_id.clone()).collect();
    list.executions.extend(rows);
    list.executions
        .sort_by(|a, b| Reverse(place(a)).cmp(&Reverse(place(b))));
    list.executions.truncate(list.pagination.limit as usize);
    coming
        .into_iter()
        .filter(|id| list.executions.iter().any(|row| row.execution_id == *id))
        .collect()
}

/// Newest first is by this, descending.
fn place(row: &ExecutionSummary) -> (domain::Timestamp, &str) {
    (row.executed_at, row.execution_id.as_str())
}

/// Whether the row belongs above the page's last one, or there is room below it.
fn is_above_the_last(list: &ExecutionList, row: &ExecutionSummary) -> bool {
    let is_full = list.executions.len() >= list.pagination.limit as usize;
    match list.executions.last() {
        Some(last) if is_full || list.pagination.offset > 0 => place(row) > place(last),
        _ => true,
    }
}

/// Puts a known row's newest state in its place; false where the row is not known here.
fn replace(list: &mut ExecutionList, waiting: &mut Waiting, execution: &ExecutionSummary) -> bool {
    let mut rows = list.executions.iter_mut().chain(&mut waiting.rows);
    match rows.find(|row| row.execution_id == execution.execution_id) {
        Some(row) => {
            row.clone_from(execution);
            true
        }
        None => false,
    }
}

fn recount(list: &mut ExecutionList, by: i64) {
    let Pagination {
        limit, offset, total, ..
    } = list.pagination;
    let request = PageRequest {
        limit: Limit::new(limit).unwrap_or_default(),
        offset,
    };
    list.pagination = Pagination::new(request, total.saturating_add_signed(by));
}

impl Waiting {
    fn put(&mut self, row: ExecutionSummary, limit: u32) {
        self.count += 1;
        self.rows.push(row);
        self.rows
            .sort_by(|a, b| Reverse(place(a)).cmp(&Reverse(place(b))));
        self.rows.truncate(limit as usize);
    }

    fn take(&mut self, id: &ExecutionId) {
        let rows = self.rows.len();
        self.rows.retain(|row| row.execution_id != *id);
        // Of those that are counted only, nobody knows which went.
        self.count = self.count.saturating_sub((rows - self.rows.len()) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{EventPosition, LocalZone, Status, time};

    fn row(id: &str, minute: i64) -> ExecutionSummary {
        ExecutionSummary {
            executed_at: time::from_micros(minute * 60_000_000),
            ..ExecutionSummary::example(id.parse().unwrap(), "agent_a".parse().unwrap())
        }
    }

    /// A page of three rows at most, of as many as there are minutes.
    fn list(minutes: &[i64], offset: u64, total: u64) -> ExecutionList {
        let request = PageRequest {
            limit: Limit::new(3).unwrap(),
            offset,
        };
        ExecutionList {
            executions: minutes
                .iter()
                .map(|minute| row(&format!("e{minute}"), *minute))
                .collect(),
            pagination: Pagination::new(request, total),
            agent_id: "agent_a".parse().unwrap(),
            query: String::new(),
            position: EventPosition(0),
            strip: None,
            zone: LocalZone::utc(),
            ignored: Vec::new(),
            elsewhere: None,
            older: None,
            origin: String::new(),
            now: time::from_micros(0),
        }
    }

    fn change(kind: EventKind, row: ExecutionSummary) -> Change {
        Change {
            kind,
            position: None,
            execution: row,
        }
    }

    fn ids(list: &ExecutionList) -> Vec<&str> {
        list.executions
            .iter()
            .map(|row| row.execution_id.as_str())
            .collect()
    }

    #[test]
    fn new_rows_come_in_where_they_belong_and_the_oldest_go() {
        let mut page = list(&[30, 20, 10], 0, 3);
        let mut waiting = Waiting::default();
        let changes =
            [40, 25, 5].map(|minute| change(EventKind::Created, row(&format!("e{minute}"), minute)));
        let outcome = apply(&mut page, &mut waiting, changes.into(), false);
        assert_eq!(ids(&page), ["e40", "e30", "e25"]);
        assert_eq!((page.pagination.total, page.pagination.has_more), (6, true));
        assert!(!outcome.lacks_rows);
        assert_eq!(outcome.fresh.len(), 2, "the old one has no place on this page");
        assert_eq!(waiting, Waiting::default());
    }

    #[test]
    fn what_is_held_waits_and_is_counted() {
        let mut page = list(&[30, 20, 10], 0, 3);
        let mut waiting = Waiting::default();
        let changes: Vec<_> = (31..=40)
            .map(|minute| change(EventKind::Created, row(&format!("e{minute}"), minute)))
            .collect();
        let outcome = apply(&mut page, &mut waiting, changes, true);
        assert_eq!(
            (ids(&page), waiting.count, page.pagination.total),
            (vec!["e30", "e20", "e10"], 10, 13)
        );
        assert_eq!(outcome.fresh, []);
        let fresh = release(&mut page, &mut waiting);
        assert_eq!(
            (ids(&page), fresh.len(), waiting.count),
            (vec!["e40", "e39", "e38"], 3, 0)
        );
    }

    #[test]
    fn on_another_page_new_rows_always_wait() {
        let mut page = list(&[30, 20, 10], 3, 6);
        let mut waiting = Waiting::default();
        let changes = vec![
            change(EventKind::Created, row("new", 90)),
            change(EventKind::Created, row("old", 1)),
        ];
        apply(&mut page, &mut waiting, changes, false);
        assert_eq!((ids(&page), waiting.count), (vec!["e30", "e20", "e10"], 1));
        assert_eq!(page.pagination.total, 8);
    }

    #[test]
    fn a_known_row_changes_in_place_and_is_not_counted_again() {
        let mut page = list(&[20, 10], 0, 2);
        let mut waiting = Waiting::default();
        let mut failed = row("e20", 20);
        failed.status = Status::Failed;
        let changes = vec![
            change(EventKind::Updated, failed.clone()),
            change(EventKind::Created, failed),
            change(EventKind::Updated, row("unknown", 1)),
        ];
        let outcome = apply(&mut page, &mut waiting, changes, false);
        assert_eq!(page.executions[0].status, Status::Failed);
        assert_eq!(outcome, Outcome::default());
    }

    #[test]
    fn a_row_that_goes_leaves_a_gap_only_where_more_follow() {
        let mut page = list(&[30, 20, 10], 0, 3);
        let mut waiting = Waiting::default();
        let outcome = apply(
            &mut page,
            &mut waiting,
            vec![change(EventKind::Deleted, row("e20", 20))],
            false,
        );
        assert!(!outcome.lacks_rows, "nothing follows");
        let mut page = list(&[30, 20, 10], 0, 9);
        let outcome = apply(
            &mut page,
            &mut waiting,
            vec![change(EventKind::Deleted, row("e20", 20))],
            false,
        );
        assert_eq!((ids(&page), page.pagination.total), (vec!["e30", "e10"], 8));
        assert!(outcome.lacks_rows);
    }
}
