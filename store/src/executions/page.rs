//! A page and the exact total of its list, at a cost that grows neither with the offset nor with the history.
//!
//! The total is the sum of the pieces that `counts::pieces` cuts the range into. The page's first row is found by
//! walking those numbers down to one quarter of an hour (or slice of a dense one), then an index within it.

use super::{
    condition::{cells_condition, push_from_executions, push_ranges},
    faceted, tally,
};
use crate::{
    StoreError,
    counts::{self, DAY, HOUR, MICROS, Piece, QUARTER, SLICE, SPAN, Stretch, WIDTHS},
    events::read::newest,
    history::History,
    row::SUMMARY_COLUMNS,
    snapshot::{Snapshot, Statement},
};
use domain::{EventPosition, ExecutionFilter, ExecutionSummary, PageRequest};

/// The order of every list.
const NEWEST_FIRST: &str = " ORDER BY executed_at DESC, execution_id DESC";

/// Rows of a list and the exact number of all of them, from one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionPage {
    /// Newest first.
    pub executions: Vec<ExecutionSummary>,
    /// How many pass the filter.
    pub total: u64,
    /// Where the event stream goes on from here.
    pub position: EventPosition,
}

/// Reads one page.
pub(crate) async fn read(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    page: PageRequest,
) -> Result<ExecutionPage, StoreError> {
    if !filter.is_counted() {
        let (executions, total) = faceted::read(snapshot, history, filter, page).await?;
        return Ok(ExecutionPage {
            executions,
            total,
            position: newest(snapshot, history).await?,
        });
    }
    let mut walk = Walk {
        snapshot,
        history,
        filter,
    };
    let stretch = Stretch::of(filter);
    let counted = walk.count_pieces(counts::pieces(stretch, &WIDTHS)).await?;
    let total = sum(&counted);
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let executions = if offset >= total {
        Vec::new()
    } else {
        let (until, skip) = walk.seek(counted, stretch.until, offset).await?;
        walk.rows(
            Stretch {
                from: stretch.from,
                until,
            },
            page.limit.rows().into(),
            skip,
        )
        .await?
    };
    Ok(ExecutionPage {
        executions,
        total: total.unsigned_abs(),
        position: newest(snapshot, history).await?,
    })
}

/// How many rows the list has.
pub(super) async fn total(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
) -> Result<u64, StoreError> {
    if !filter.is_counted() {
        return faceted::total(snapshot, history, filter).await;
    }
    let mut walk = Walk {
        snapshot,
        history,
        filter,
    };
    let counted = walk
        .count_pieces(counts::pieces(Stretch::of(filter), &WIDTHS))
        .await?;
    Ok(sum(&counted).unsigned_abs())
}

fn sum(counted: &[(Piece, i64)]) -> i64 {
    counted.iter().map(|(_, count)| count).sum()
}

/// What one reading needs at every step.
struct Walk<'a> {
    snapshot: &'a mut Snapshot,
    history: History<'a>,
    filter: &'a ExecutionFilter,
}

impl Walk<'_> {
    /// How many executions each piece holds; the ragged ones that lie in dense quarters are cut up first.
    async fn count_pieces(&mut self, pieces: Vec<Piece>) -> Result<Vec<(Piece, i64)>, StoreError> {
        let pieces = pieces.into_iter().map(|piece| ((), piece)).collect();
        let pieces = tally::refine(self.snapshot, self.history, pieces).await?;
        let pieces: Vec<_> = pieces.into_iter().map(|((), piece)| piece).collect();
        let sums = self.sums(&pieces).await?;
        let mut counted = Vec::with_capacity(pieces.len());
        for (piece, sum) in pieces.into_iter().zip(sums) {
            let count = match piece {
                Piece::Buckets { .. } => sum,
                Piece::Rows(stretch) => self.count_rows(stretch).await?,
            };
            counted.push((piece, count));
        }
        Ok(counted)
    }

    /// For each piece of whole buckets the sum of its counts, for the others 0; in one statement.
    async fn sums(&mut self, pieces: &[Piece]) -> Result<Vec<i64>, StoreError> {
        let mut statement = Statement::default();
        for (index, piece) in pieces.iter().enumerate() {
            let Piece::Buckets { width, stretch } = piece else {
                continue;
            };
            statement.push(if statement.sql.is_empty() {
                ""
            } else {
                " UNION ALL "
            });
            statement
                .push("SELECT CAST(")
                .bind(index as i64)
                .push(" AS BIGINT), CAST(COALESCE(SUM(executions), 0) AS BIGINT)");
            self.push_counts(&mut statement, *width, *stretch);
        }
        let mut sums = vec![0; pieces.len()];
        if !statement.sql.is_empty() {
            for [index, sum] in self.snapshot.integers(statement).await? {
                if let Some(slot) = usize::try_from(index).ok().and_then(|index| sums.get_mut(index)) {
                    *slot = sum;
                }
            }
        }
        Ok(sums)
    }

    /// `FROM execution_counts` for the buckets of one width in a stretch, as far as the filter allows.
    fn push_counts(&self, statement: &mut Statement, width: i64, stretch: Stretch) {
        statement
            .push(" FROM execution_counts WHERE organization_id = ")
            .bind(self.history.organization.0);
        statement.push(" AND agent_key = ").bind(self.history.agent_key);
        statement.push(" AND width = ").bind(width);
        statement.push(" AND bucket >= ").bind(stretch.from / MICROS);
        statement.push(" AND bucket < ").bind(stretch.until / MICROS);
        statement.push(&cells_condition("status", "source", self.filter));
    }

    /// Counts rows themselves: less than a quarter, or less than a slice of a dense one.
    async fn count_rows(&mut self, stretch: Stretch) -> Result<i64, StoreError> {
        let mut statement = Statement::new("SELECT COUNT(*)");
        push_from_executions(&mut statement, self.history, "", stretch);
        statement.push(&cells_condition("status", "source", self.filter));
        Ok(self
            .snapshot
            .integers::<1>(statement)
            .await?
            .first()
            .map_or(0, |[count]| *count))
    }

    /// Where the row with `offset` rows before it is: the end of a short stretch whose rows begin the page once
    /// `skip` of them are left out. `counted` is newest first and ends before `until`.
    async fn seek(
        &mut self,
        counted: Vec<(Piece, i64)>,
        until: i64,
        offset: i64,
    ) -> Result<(i64, i64), StoreError> {
        if offset == 0 {
            return Ok((until, 0));
        }
        let mut before = 0;
        for (piece, count) in counted {
            if offset < before + count {
                let skip = offset - before;
                return match piece {
                    Piece::Rows(stretch) => Ok((stretch.until, skip)),
                    Piece::Buckets { width, stretch } => self.descend(width, stretch, skip).await,
                };
            }
            before += count;
        }
        Ok((until, offset))
    }

    /// Walks from wide buckets to narrow ones, to the one that holds the row with `skip` rows before it.
    async fn descend(
        &mut self,
        mut width: i64,
        mut stretch: Stretch,
        mut skip: i64,
    ) -> Result<(i64, i64), StoreError> {
        loop {
            let Some(bucket) = self.bucket_at(width, stretch, &mut skip).await? else {
                return Ok((stretch.until, skip));
            };
            stretch = Stretch {
                from: bucket * MICROS,
                until: (bucket + width) * MICROS,
            };
            width = match width {
                SPAN => DAY,
                DAY => HOUR,
                HOUR => QUARTER,
                QUARTER if tally::is_dense(self.snapshot, self.history, bucket).await? => SLICE,
                _ => return Ok((stretch.until, skip)),
            };
        }
    }

    /// The bucket that holds the row with `skip` rows before it in the stretch, newest first; what lies before that
    /// bucket is taken off `skip`.
    async fn bucket_at(
        &mut self,
        width: i64,
        stretch: Stretch,
        skip: &mut i64,
    ) -> Result<Option<i64>, StoreError> {
        let mut statement = Statement::new(
            "SELECT bucket, before FROM (
                SELECT bucket, held, CAST(SUM(held) OVER (ORDER BY bucket DESC) - held AS BIGINT) AS before FROM (
                    SELECT bucket, SUM(executions) AS held",
        );
        self.push_counts(&mut statement, width, stretch);
        statement
            .push(" GROUP BY bucket) AS buckets) AS walked WHERE before <= ")
            .bind(*skip);
        statement.push(" AND before + held > ").bind(*skip);
        let found = self.snapshot.integers(statement).await?;
        Ok(found.first().map(|&[bucket, before]| {
            *skip -= before;
            bucket
        }))
    }

    /// `limit` rows of the stretch after the first `skip`, newest first.
    async fn rows(
        &mut self,
        stretch: Stretch,
        limit: i64,
        skip: i64,
    ) -> Result<Vec<ExecutionSummary>, StoreError> {
        let all = self.filter.statuses.is_all() && self.filter.sources.is_all();
        let mut keys = Statement::default();
        if all {
            keys.push("SELECT e.execution_key, e.executed_at, e.execution_id");
            push_from_executions(&mut keys, self.history, "", stretch);
        } else {
            let columns = "e.execution_key, e.executed_at, e.execution_id";
            push_ranges(
                &mut keys,
                (self.history, self.filter, stretch),
                (columns, NEWEST_FIRST),
                |_| (),
            );
        }
        keys.push(NEWEST_FIRST).push(" LIMIT ").bind(limit);
        keys.push(" OFFSET ").bind(skip);

        let mut statement = Statement {
            sql: format!("SELECT {SUMMARY_COLUMNS} FROM ({}) AS k", keys.sql),
            ..keys
        };
        statement.push(" JOIN executions e ON e.execution_key = k.execution_key AND e.organization_id = ");
        statement.bind(self.history.organization.0);
        statement.push(" ORDER BY k.executed_at DESC, k.execution_id DESC");
        self.snapshot.summaries(statement, self.history.agent).await
    }
}
