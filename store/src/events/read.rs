//! Reading a log from a position to its end, out of one snapshot.

use crate::{
    StoreError,
    history::History,
    recording::log::MANY,
    row::{SUMMARY_COLUMNS, decode_error},
    snapshot::{Snapshot, Statement},
};
use domain::{EventPosition, ExecutionEvent, ExecutionSummary};
use std::collections::{HashMap, HashSet};

/// What happened to an agent's executions after a position.
#[derive(Debug, Clone, PartialEq)]
pub enum Events {
    /// All of it, in order, and how far this reaches.
    Told {
        /// Each once; a row is as it was right after the event.
        events: Vec<ExecutionEvent>,
        /// Where to go on.
        position: EventPosition,
    },
    /// The log does not reach back to the position, or too much has happened since, or the position was never one of
    /// this log: the reader has to read the list again, and goes on from here.
    OutOfReach(EventPosition),
}

/// The position of an agent's newest event; 0 before the first.
pub(crate) async fn newest(
    snapshot: &mut Snapshot,
    history: History<'_>,
) -> Result<EventPosition, StoreError> {
    let mut statement = Statement::new("SELECT COALESCE(MAX(l.position), 0)");
    push_from_log(&mut statement, history);
    let found = snapshot.integers::<1>(statement).await?;
    Ok(EventPosition(found.first().map_or(0, |[position]| *position)))
}

/// The events after `position`, unless they are more than `most`.
pub(super) async fn since(
    snapshot: &mut Snapshot,
    history: History<'_>,
    position: EventPosition,
    most: u32,
) -> Result<Events, StoreError> {
    let newest = newest(snapshot, history).await?;
    if newest == position {
        return Ok(Events::Told {
            events: Vec::new(),
            position,
        });
    }
    if newest < position || !is_chained(snapshot, history, position).await? {
        return Ok(Events::OutOfReach(newest));
    }
    let limit = i64::from(most) + 1;
    let recorded = recorded(snapshot, history, position, limit).await?;
    let changes = changes(snapshot, history, position, limit).await?;
    if changes.iter().any(|(_, key, _)| *key == MANY) {
        return Ok(Events::OutOfReach(newest));
    }
    if recorded.len() + changes.len() > most as usize {
        return Ok(Events::OutOfReach(newest));
    }
    let mut rows: HashMap<i64, ExecutionSummary> = HashMap::new();
    let mut events = Vec::with_capacity(recorded.len() + changes.len());
    for (row, key) in recorded {
        rows.insert(key, row);
        events.push((key, key, None));
    }
    if !changes.is_empty() {
        rows.extend(
            changed_rows(snapshot, history, position)
                .await?
                .into_iter()
                .map(|(row, key)| (key, row)),
        );
    }
    let mut gone = HashSet::new();
    for (at, key, before) in changes {
        let before: ExecutionSummary = serde_json::from_str(&before).map_err(decode_error)?;
        // What was recorded after the position and removed since has no row any more by which it would be found.
        if key > position.0 && !rows.contains_key(&key) && gone.insert(key) {
            events.push((key, key, None));
        }
        events.push((at, key, Some(before)));
    }
    events.sort_unstable_by_key(|(position, ..)| *position);
    // The rows are as they are now. From the end backwards, what a row was before an event is what it was after the
    // event before that.
    let mut events: Vec<_> = events
        .into_iter()
        .rev()
        .map(|(position, key, before)| {
            let after = match &before {
                Some(before) => rows.insert(key, before.clone()),
                None => rows.remove(&key),
            };
            ExecutionEvent {
                position: EventPosition(position),
                before,
                after,
            }
        })
        .collect();
    events.reverse();
    Ok(Events::Told {
        events,
        position: newest,
    })
}

/// Whether the first entry after the position follows on what the position has seen.
async fn is_chained(
    snapshot: &mut Snapshot,
    history: History<'_>,
    position: EventPosition,
) -> Result<bool, StoreError> {
    let mut first = Statement::new("SELECT l.previous");
    push_from_log(&mut first, history);
    first.push(" AND l.position > ").bind(position.0);
    first.push(" ORDER BY l.position LIMIT 1");
    let found = snapshot.integers::<1>(first).await?;
    Ok(found.first().is_some_and(|[previous]| *previous <= position.0))
}

/// Rows and keys of what was recorded after the position: for each entry the range of keys, and no more of the table.
/// Each database is shown the way, since its planner may know nothing of the tables yet.
async fn recorded(
    snapshot: &mut Snapshot,
    history: History<'_>,
    position: EventPosition,
    limit: i64,
) -> Result<Vec<(ExecutionSummary, i64)>, StoreError> {
    let mut statement = Statement::new(format!(
        "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM execution_log l CROSS JOIN"
    ));
    match snapshot {
        Snapshot::Sqlite(_) => {
            statement.push(" executions e");
            push_where(&mut statement, history);
            statement.push(" AND");
            push_range(&mut statement, "MAX", "e.organization_id + 0", history, position);
        }
        Snapshot::Postgres(_) => {
            statement.push(" LATERAL (SELECT * FROM executions e WHERE");
            push_range(&mut statement, "GREATEST", "e.organization_id", history, position);
            statement.push(" LIMIT ").bind(limit).push(") AS e");
            push_where(&mut statement, history);
        }
    }
    statement
        .push(" AND l.execution_key IS NULL AND l.position > ")
        .bind(position.0);
    statement.push(" LIMIT ").bind(limit);
    snapshot.summaries_with(statement, history.agent).await
}

/// The keys of an entry that lie after the position: one lower bound, lest the index be entered at the other one. As
/// a sum, a column serves no index.
fn push_range(
    statement: &mut Statement,
    greater: &str,
    organization: &str,
    history: History<'_>,
    position: EventPosition,
) {
    statement
        .push(" e.execution_key >= ")
        .push(greater)
        .push("(l.first_key, ")
        .bind(position.0.saturating_add(1));
    statement
        .push(") AND e.execution_key <= l.position AND ")
        .push(organization)
        .push(" = ")
        .bind(history.organization.0);
    statement.push(" AND e.agent_key + 0 = ").bind(history.agent_key);
}

/// Position, execution and row before, of what was changed after the position.
async fn changes(
    snapshot: &mut Snapshot,
    history: History<'_>,
    position: EventPosition,
    limit: i64,
) -> Result<Vec<(i64, i64, String)>, StoreError> {
    let mut statement = Statement::new("SELECT l.position, l.execution_key, l.before_row");
    push_from_log(&mut statement, history);
    push_changes_after(&mut statement, position);
    statement.push(" ORDER BY l.position LIMIT ").bind(limit);
    snapshot.changes(statement).await
}

/// Rows and keys, as they are now, of what was changed after the position.
async fn changed_rows(
    snapshot: &mut Snapshot,
    history: History<'_>,
    position: EventPosition,
) -> Result<Vec<(ExecutionSummary, i64)>, StoreError> {
    let mut statement = Statement::new(format!(
        "SELECT {SUMMARY_COLUMNS}, e.execution_key FROM execution_log l JOIN executions e
         ON e.organization_id = l.organization_id AND e.execution_key = l.execution_key"
    ));
    push_where(&mut statement, history);
    push_changes_after(&mut statement, position);
    snapshot.summaries_with(statement, history.agent).await
}

fn push_from_log(statement: &mut Statement, history: History<'_>) {
    statement.push(" FROM execution_log l");
    push_where(statement, history);
}

fn push_where(statement: &mut Statement, history: History<'_>) {
    statement
        .push(" WHERE l.organization_id = ")
        .bind(history.organization.0);
    statement.push(" AND l.agent_key = ").bind(history.agent_key);
}

fn push_changes_after(statement: &mut Statement, position: EventPosition) {
    statement
        .push(" AND l.execution_key IS NOT NULL AND l.position > ")
        .bind(position.0);
}
