//! Bucket counts: how totals stay exact without counting, and deep pages cheap without skipping.
//!
//! For each agent, status and source, the number of executions is kept for buckets of four widths that divide one
//! another. A quarter of an hour in which one status and source alone has more than `DENSE` executions is dense: it is
//! counted in slices as well. All of it changes in the transaction that changes the rows.

use domain::{Choice, ExecutionFilter, ExecutionSummary, OrganizationId, Source, Status};
use std::collections::BTreeMap;

/// Microseconds in a second.
pub(crate) const MICROS: i64 = 1_000_000;
/// Seconds in a span of 32 days: few enough of them for a century.
pub(crate) const SPAN: i64 = 32 * DAY;
/// Seconds in a UTC day.
pub(crate) const DAY: i64 = 86_400;
/// Seconds in an hour.
pub(crate) const HOUR: i64 = 3_600;
/// Seconds in a quarter of an hour, the finest offset of a time zone in use.
pub(crate) const QUARTER: i64 = 900;
/// Seconds in a slice of a dense quarter.
pub(crate) const SLICE: i64 = 10;
/// Executions of one status and source from which a quarter is dense. The index `execution_counts_dense` has it too.
pub(crate) const DENSE: i64 = 2_048;
/// The widths that are always kept, widest first.
pub(crate) const WIDTHS: [i64; 4] = [SPAN, DAY, HOUR, QUARTER];

/// One number among the counts. Ordered, so that every writer locks in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub width: i64,
    /// First second of the bucket.
    pub bucket: i64,
    pub status: i64,
    pub source: i64,
}

/// Changes to the counts that belong to one transaction.
#[derive(Debug, Default)]
pub(crate) struct Deltas(BTreeMap<Cell, i64>);

impl Deltas {
    /// Counts an execution in (`by` = 1) or out (`by` = -1), at every width that is always kept.
    pub(crate) fn count(
        &mut self,
        organization: OrganizationId,
        agent_key: i64,
        row: &ExecutionSummary,
        by: i64,
    ) {
        for width in WIDTHS {
            *self
                .0
                .entry(cell(organization, agent_key, width, row))
                .or_default() += by;
        }
    }

    /// Counts an execution at slice width alone.
    pub(crate) fn count_slice(
        &mut self,
        organization: OrganizationId,
        agent_key: i64,
        row: &ExecutionSummary,
        by: i64,
    ) {
        *self
            .0
            .entry(cell(organization, agent_key, SLICE, row))
            .or_default() += by;
    }

    /// What changes, in order.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (&Cell, i64)> {
        self.0
            .iter()
            .filter(|(_, by)| **by != 0)
            .map(|(cell, by)| (cell, *by))
    }
}

fn cell(organization: OrganizationId, agent_key: i64, width: i64, row: &ExecutionSummary) -> Cell {
    Cell {
        organization,
        agent_key,
        width,
        bucket: bucket_of(row.executed_at.timestamp_micros(), width),
        status: row.status.code().into(),
        source: row.source.code().into(),
    }
}

/// First second of the bucket in which an instant lies.
pub(crate) fn bucket_of(micros: i64, width: i64) -> i64 {
    micros.div_euclid(width * MICROS) * width
}

/// A stretch of time, in microseconds: its first instant and the first one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub from: i64,
    pub until: i64,
}

impl Stretch {
    /// The whole of recorded time: executions begin in 1970 or later. Ends where spans do.
    pub(crate) const ALL: Self = Self {
        from: 0,
        until: 100_000 * SPAN * MICROS,
    };

    /// The stretch that a filter allows; empty where its ends cross.
    pub(crate) fn of(filter: &ExecutionFilter) -> Self {
        let from = filter
            .from
            .map_or(Self::ALL.from, |from| from.timestamp_micros().max(Self::ALL.from));
        let until = filter.to.map_or(Self::ALL.until, |to| {
            (to.timestamp_micros() + 1).min(Self::ALL.until)
        });
        Self {
            from,
            until: until.max(from),
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.from >= self.until
    }
}

/// A part of a stretch that is counted in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Whole buckets of one width.
    Buckets { width: i64, stretch: Stretch },
    /// Less than one bucket of the finest width, and within one.
    Rows(Stretch),
}

/// Cuts a stretch into whole buckets, as wide as they fit, and the ragged rest at either end; newest first.
pub(crate) fn pieces(stretch: Stretch, widths: &[i64]) -> Vec<Piece> {
    let mut newest_first = Vec::new();
    cut(stretch, widths, &mut newest_first);
    newest_first
}

fn cut(stretch: Stretch, widths: &[i64], pieces: &mut Vec<Piece>) {
    if stretch.is_empty() {
        return;
    }
    let Some((&width, finer)) = widths.split_first() else {
        pieces.push(Piece::Rows(stretch));
        return;
    };
    let size = width * MICROS;
    let first = stretch.from.div_euclid(size) * size
        + if stretch.from.rem_euclid(size) == 0 {
            0
        } else {
            size
        };
    let last = stretch.until.div_euclid(size) * size;
    if first > last {
        // The stretch lies within one bucket.
        return cut(stretch, finer, pieces);
    }
    cut(
        Stretch {
            from: last,
            until: stretch.until,
        },
        finer,
        pieces,
    );
    if first < last {
        pieces.push(Piece::Buckets {
            width,
            stretch: Stretch {
                from: first,
                until: last,
            },
        });
    }
    cut(
        Stretch {
            from: stretch.from,
            until: first,
        },
        finer,
        pieces,
    );
}

/// The statuses and sources that a filter allows, as pairs of codes.
pub(crate) fn allowed_cells(filter: &ExecutionFilter) -> Vec<(i64, i64)> {
    filter
        .statuses
        .iter()
        .flat_map(|status: Status| {
            filter
                .sources
                .iter()
                .map(move |source: Source| (i64::from(status.code()), i64::from(source.code())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stretch(piece: &Piece) -> Stretch {
        match piece {
            Piece::Buckets { stretch, .. } | Piece::Rows(stretch) => *stretch,
        }
    }

    #[test]
    fn all_of_time_is_one_piece() {
        assert_eq!(
            pieces(Stretch::ALL, &WIDTHS),
            [Piece::Buckets {
                width: SPAN,
                stretch: Stretch::ALL
            }]
        );
    }

    proptest! {
        #[test]
        fn pieces_cover_the_stretch_once(from in 0i64..4_000_000_000_000_000, length in 0i64..400_000_000_000_000) {
            let whole = Stretch { from, until: from + length };
            let pieces = pieces(whole, &WIDTHS);
            let mut end = whole.until;
            for piece in &pieces {
                let part = stretch(piece);
                prop_assert_eq!(part.until, end);
                prop_assert!(part.from < part.until);
                match piece {
                    Piece::Buckets { width, .. } => {
                        prop_assert_eq!(part.from % (width * MICROS), 0);
                        prop_assert_eq!(part.until % (width * MICROS), 0);
                    }
                    Piece::Rows(_) => prop_assert_eq!(
                        bucket_of(part.from, QUARTER),
                        bucket_of(part.until - 1, QUARTER),
                        "the ragged rest lies in one quarter"
                    ),
                }
                end = part.from;
            }
            prop_assert_eq!(end, if pieces.is_empty() { whole.until } else { whole.from });
            prop_assert!(pieces.len() <= 9);
        }
    }
}
