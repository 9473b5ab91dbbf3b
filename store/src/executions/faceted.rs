//! Lists filtered by what the bucket counts do not know: the values of fields, or one execution.
//!
//! Days that are over have been counted by it (`store/src/facet_days.rs`); what lies between them is counted row by
//! row. So the range falls into segments, of which it is known how many rows of the list each holds.

use super::condition::{cells_condition, push_from_executions, push_uncounted_conditions};
use crate::{
    StoreError,
    counts::{DAY, MICROS, Stretch},
    facet_days::counted_days,
    history::History,
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{ExecutionFilter, ExecutionSummary, PageRequest};

/// A part of the range.
#[derive(Debug, Clone, Copy)]
struct Segment {
    stretch: Stretch,
    /// How many rows of the list lie in it.
    executions: i64,
}

/// Reads one page's rows, and counts those of the whole list.
pub(super) async fn read(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    page: PageRequest,
) -> Result<(Vec<ExecutionSummary>, u64), StoreError> {
    let segments = segments(snapshot, history, filter).await?;
    let mut executions = Vec::new();
    let mut skip = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let mut wanted = i64::from(page.limit.rows());
    for segment in &segments {
        let held = (segment.executions - skip).clamp(0, wanted);
        if held > 0 {
            let mut statement = Statement::new(format!("SELECT {SUMMARY_COLUMNS}"));
            push_matching(&mut statement, history, filter, segment.stretch);
            statement
                .push(" ORDER BY e.executed_at DESC, e.execution_id DESC LIMIT ")
                .bind(held);
            statement.push(" OFFSET ").bind(skip);
            executions.extend(snapshot.summaries(statement, history.agent).await?);
        }
        skip = (skip - segment.executions).max(0);
        wanted -= held;
        if wanted == 0 {
            break;
        }
    }
    Ok((executions, sum(&segments)))
}

/// How many rows the list has.
pub(super) async fn total(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
) -> Result<u64, StoreError> {
    Ok(sum(&segments(snapshot, history, filter).await?))
}

fn sum(segments: &[Segment]) -> u64 {
    let sum: i64 = segments.iter().map(|segment| segment.executions).sum();
    sum.unsigned_abs()
}

/// The parts of the range that hold rows of the list, newest first.
async fn segments(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
) -> Result<Vec<Segment>, StoreError> {
    let range = Stretch::of(filter);
    if range.is_empty() {
        return Ok(Vec::new());
    }
    if filter.values.execution_id().is_some() {
        // One row at most, which has an index of its own.
        return rows_of(snapshot, history, filter, &[range]).await;
    }
    let days = counted_days(snapshot, history, filter, range).await?;
    let gaps = gaps(range, days.keys().copied());
    let mut segments = rows_of(snapshot, history, filter, &gaps).await?;
    segments.extend(days.into_values().map(|day| Segment {
        stretch: day.within,
        executions: day.tally.iter().sum(),
    }));
    segments.retain(|segment| segment.executions > 0);
    segments.sort_unstable_by_key(|segment| -segment.stretch.from);
    Ok(segments)
}

/// What is left of a stretch without these days, which are given by their first seconds and ascend.
pub(super) fn gaps(stretch: Stretch, days: impl Iterator<Item = i64>) -> Vec<Stretch> {
    let mut gaps = Vec::new();
    let mut from = stretch.from;
    for day in days.map(|day| day * MICROS) {
        gaps.push(Stretch { from, until: day });
        from = day + DAY * MICROS;
    }
    gaps.push(Stretch {
        from,
        until: stretch.until,
    });
    gaps.retain(|gap| !gap.is_empty());
    gaps
}

/// Counts stretches row by row, in one statement.
async fn rows_of(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    stretches: &[Stretch],
) -> Result<Vec<Segment>, StoreError> {
    let mut statement = Statement::new("WITH stretches AS MATERIALIZED (");
    let rows = (0..).zip(stretches);
    snapshot.push_table(
        &mut statement,
        ["number", "first", "past"],
        rows.map(|(number, stretch)| [number, stretch.from, stretch.until]),
    );
    // As a subquery for each, so that every stretch is one range of an index.
    statement.push(") SELECT s.number, (SELECT COUNT(*) FROM executions e WHERE e.organization_id = ");
    statement.bind(history.organization.0);
    statement.push(" AND e.agent_key = ").bind(history.agent_key);
    statement.push(" AND e.executed_at >= s.first AND e.executed_at < s.past");
    push_conditions(&mut statement, filter);
    statement.push(") FROM stretches s");
    let counted = snapshot.integers(statement).await?;
    Ok(counted
        .into_iter()
        .filter_map(|[number, executions]| {
            let stretch = *stretches.get(usize::try_from(number).ok()?)?;
            Some(Segment { stretch, executions })
        })
        .collect())
}

/// ` FROM executions e WHERE …`: the rows of a stretch that pass the filter.
fn push_matching(
    statement: &mut Statement,
    history: History<'_>,
    filter: &ExecutionFilter,
    stretch: Stretch,
) {
    push_from_executions(statement, history, "", stretch);
    push_conditions(statement, filter);
}

fn push_conditions(statement: &mut Statement, filter: &ExecutionFilter) {
    statement.push(&cells_condition("e.status", "e.source", filter));
    push_uncounted_conditions(statement, filter);
}
