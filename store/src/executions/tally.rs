//! How many executions of each status pieces of time hold: many pieces in one statement.

use super::condition::{cells_condition, push_uncounted_conditions};
use crate::{
    StoreError,
    counts::{self, DENSE, MICROS, Piece, QUARTER, SLICE, Stretch},
    history::History,
    snapshot::{Snapshot, Statement},
};
use domain::{Choice, ExecutionFilter, Status, strip::STATUSES};
use std::collections::BTreeSet;

/// How many of each status, in the order of `Status::ALL`.
pub(crate) type Tally = [i64; STATUSES];

/// Where a tally has the status of that code.
pub(crate) fn place_of(code: i64) -> Option<usize> {
    Status::ALL
        .iter()
        .position(|status| i64::from(status.code()) == code)
}

/// Cuts the ragged pieces that lie in dense quarters into slices and what is left at their ends, so that none of the
/// pieces holds many rows. What goes with a piece goes with all of its parts.
pub(super) async fn refine<T: Copy>(
    snapshot: &mut Snapshot,
    history: History<'_>,
    pieces: Vec<(T, Piece)>,
) -> Result<Vec<(T, Piece)>, StoreError> {
    let quarter_of = |stretch: &Stretch| counts::bucket_of(stretch.from, QUARTER);
    let ragged: BTreeSet<i64> = pieces
        .iter()
        .filter_map(|(_, piece)| match piece {
            Piece::Rows(stretch) => Some(quarter_of(stretch)),
            Piece::Buckets { .. } => None,
        })
        .collect();
    if ragged.is_empty() {
        return Ok(pieces);
    }
    let dense = dense(snapshot, history, ragged).await?;
    let mut refined = Vec::with_capacity(pieces.len());
    for (with, piece) in pieces {
        match piece {
            Piece::Rows(stretch) if dense.contains(&quarter_of(&stretch)) => {
                refined.extend(
                    counts::pieces(stretch, &[SLICE])
                        .into_iter()
                        .map(|part| (with, part)),
                );
            }
            _ => refined.push((with, piece)),
        }
    }
    Ok(refined)
}

/// Whether the quarter is counted in slices.
pub(super) async fn is_dense(
    snapshot: &mut Snapshot,
    history: History<'_>,
    quarter: i64,
) -> Result<bool, StoreError> {
    let dense = dense(snapshot, history, BTreeSet::from([quarter])).await?;
    Ok(!dense.is_empty())
}

/// Which of these quarters are counted in slices.
async fn dense(
    snapshot: &mut Snapshot,
    history: History<'_>,
    quarters: BTreeSet<i64>,
) -> Result<BTreeSet<i64>, StoreError> {
    let mut statement = Statement::new("WITH asked AS MATERIALIZED (");
    snapshot.push_table(
        &mut statement,
        ["bucket"],
        quarters.into_iter().map(|bucket| [bucket]),
    );
    statement.push(
        ") SELECT DISTINCT asked.bucket FROM asked CROSS JOIN execution_counts c WHERE c.organization_id = ",
    );
    statement.bind(history.organization.0);
    statement.push(" AND c.agent_key = ").bind(history.agent_key);
    // As literals: a partial index serves a statement only where its condition is plain to see.
    statement.push(&format!(
        " AND c.bucket = asked.bucket AND c.width = {QUARTER} AND c.executions > {DENSE}"
    ));
    let found = snapshot.integers(statement).await?;
    Ok(found.into_iter().map(|[bucket]| bucket).collect())
}

/// How many executions that pass the filter each piece holds. Pieces of buckets need a filter that the counts know.
pub(super) async fn tally(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    pieces: impl Iterator<Item = Piece>,
) -> Result<Vec<Tally>, StoreError> {
    let (mut buckets, mut rows, mut length) = (Vec::new(), Vec::new(), 0);
    for (index, piece) in (0..).zip(pieces) {
        match piece {
            Piece::Buckets { width, stretch } => {
                buckets.push([index, width, stretch.from / MICROS, stretch.until / MICROS]);
            }
            Piece::Rows(stretch) => rows.push([index, stretch.from, stretch.until]),
        }
        length += 1;
    }
    let mut found = Vec::new();
    if !buckets.is_empty() {
        let statement = of_buckets(snapshot, history, filter, buckets);
        found.extend(snapshot.integers(statement).await?);
    }
    if !rows.is_empty() {
        let statement = of_rows(snapshot, history, filter, rows);
        found.extend(snapshot.integers(statement).await?);
    }
    let mut tallies = vec![[0; STATUSES]; length];
    for [index, code, count] in found {
        let status = place_of(code);
        let tally = usize::try_from(index)
            .ok()
            .and_then(|index| tallies.get_mut(index));
        if let (Some(status), Some(tally)) = (status, tally) {
            tally[status] += count;
        }
    }
    Ok(tallies)
}

/// Sums whole buckets.
fn of_buckets(
    snapshot: &Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    buckets: Vec<[i64; 4]>,
) -> Statement {
    let mut statement = Statement::new("WITH pieces AS MATERIALIZED (");
    snapshot.push_table(&mut statement, ["number", "width", "first", "past"], buckets);
    statement.push(
        ") SELECT p.number, CAST(c.status AS BIGINT), CAST(SUM(c.executions) AS BIGINT)
         FROM pieces p CROSS JOIN execution_counts c WHERE c.organization_id = ",
    );
    statement.bind(history.organization.0);
    statement.push(" AND c.agent_key = ").bind(history.agent_key);
    statement.push(" AND c.width = p.width AND c.bucket >= p.first AND c.bucket < p.past");
    statement.push(&cells_condition("c.status", "c.source", filter));
    statement.push(" GROUP BY p.number, c.status");
    statement
}

/// Counts rows, in the index by status: one short range for each piece, status and source.
fn of_rows(
    snapshot: &Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    rows: Vec<[i64; 3]>,
) -> Statement {
    let cells: Vec<_> = counts::allowed_cells(filter)
        .into_iter()
        .map(|(status, source)| format!("({status}, {source})"))
        .collect();
    let mut statement = Statement::new(format!(
        "WITH cells (status, source) AS (VALUES {}), pieces AS MATERIALIZED (",
        cells.join(", ")
    ));
    snapshot.push_table(&mut statement, ["number", "first", "past"], rows);
    // As a subquery for each, so that no planner thinks of reading the whole index once instead.
    statement.push(
        ") SELECT number, CAST(status AS BIGINT), CAST(SUM(held) AS BIGINT) FROM (
             SELECT p.number AS number, k.status AS status, (
                 SELECT COUNT(*) FROM executions e WHERE e.organization_id = ",
    );
    statement.bind(history.organization.0);
    statement.push(" AND e.agent_key = ").bind(history.agent_key);
    statement.push(
        " AND e.status = k.status AND e.source = k.source AND e.executed_at >= p.first AND e.executed_at < p.past",
    );
    push_uncounted_conditions(&mut statement, filter);
    statement.push(
        ") AS held FROM pieces p CROSS JOIN cells k
         ) AS counted WHERE held > 0 GROUP BY number, status",
    );
    statement
}
