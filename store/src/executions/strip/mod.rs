//! The filtered history over time, at a cost that grows neither with the history nor with the length of its days.
//!
//! How many executions began before an edge is known for the nearest boundary of wide buckets, and corrected by the
//! narrow ones between that boundary and the edge. A bar is the difference between its two edges. So a day of a zone
//! that is 5:45 hours ahead costs a day, six hours and a quarter, and not 96 quarters, although it covers no UTC day.

mod edges;

use super::{
    condition::{cells_condition, push_from_executions, push_uncounted_conditions},
    faceted,
    tally::{self, Tally},
};
use crate::{
    Store, StoreError,
    counts::{DAY, HOUR, MICROS, Piece, QUARTER, SPAN, Stretch},
    facet_days::counted_days,
    history::History,
    snapshot::{Snapshot, Statement},
};
use domain::{
    Activation, AgentId, Bar, ExecutionFilter, OrganizationId, Strip, Timestamp, VersionNumber,
    strip::STATUSES, time::from_micros, zones::Tz,
};

/// Activations that a strip shows at most, the newest ones.
const MOST_ACTIVATIONS: i64 = 200;

impl Store {
    /// The filtered history over time; its bars add up to the list's total. Without a start the range begins at the
    /// agent's first execution; without an end it ends at `now`, or at the newest execution if that is later.
    pub async fn strip(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        zone: Tz,
        now: Timestamp,
    ) -> Result<Strip, StoreError> {
        let history = self.history(organization, agent).await?;
        read(
            &mut Snapshot::begin(&self.backend).await?,
            history,
            filter,
            zone,
            now,
        )
        .await
    }
}

/// Reads the strip.
pub(super) async fn read(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    zone: Tz,
    now: Timestamp,
) -> Result<Strip, StoreError> {
    let stretch = range(snapshot, history, filter, now).await?;
    if stretch.is_empty() {
        return Ok(Strip::default());
    }
    let width = edges::width(stretch);
    let edges = edges::edges(stretch, width, zone);
    let tallies = if filter.values.execution_id().is_some() {
        only(snapshot, history, filter, &edges).await?
    } else if !filter.is_counted() {
        days_and_rows(snapshot, history, filter, &edges).await?
    } else if width < QUARTER {
        count(snapshot, history, filter, &edges).await?
    } else {
        subtract(snapshot, history, filter, &edges, width).await?
    };
    let bars = edges.windows(2).zip(tallies).map(|(ends, tally)| Bar {
        from: from_micros(ends[0]),
        until: from_micros(ends[1]),
        counts: tally.map(i64::unsigned_abs),
    });
    Ok(Strip {
        bars: bars.collect(),
        activations: activations(snapshot, history, stretch).await?,
    })
}

/// The stretch of time that the strip covers.
async fn range(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    now: Timestamp,
) -> Result<Stretch, StoreError> {
    let mut stretch = Stretch::of(filter);
    if filter.from.is_some() && filter.to.is_some() {
        return Ok(stretch);
    }
    let mut statement = Statement::default();
    for (position, end) in ["MIN", "MAX"].into_iter().enumerate() {
        statement.push(if position == 0 { "SELECT " } else { ", " });
        statement.push(&format!("COALESCE((SELECT {end}(e.executed_at)"));
        push_from_executions(&mut statement, history, "", Stretch::ALL);
        statement.push("), -1)");
    }
    let found = snapshot.integers(statement).await?;
    let [first, newest] = found.first().copied().unwrap_or([-1, -1]);
    if filter.from.is_none() {
        stretch.from = if first < 0 { stretch.until } else { first };
    }
    if filter.to.is_none() {
        stretch.until = now.timestamp_micros().max(newest + 1);
    }
    Ok(stretch)
}

/// Counts each bar by itself: for bars that lie within a quarter of an hour each.
async fn count(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    edges: &[i64],
) -> Result<Vec<Tally>, StoreError> {
    let bars = edges
        .windows(2)
        .map(|ends| {
            Piece::Rows(Stretch {
                from: ends[0],
                until: ends[1],
            })
        })
        .enumerate()
        .collect();
    let pieces = tally::refine(snapshot, history, bars).await?;
    let counted = tally::tally(snapshot, history, filter, pieces.iter().map(|(_, piece)| *piece)).await?;
    let mut tallies = vec![[0; STATUSES]; edges.len() - 1];
    for ((bar, _), counted) in pieces.into_iter().zip(counted) {
        add(&mut tallies[bar], counted, 1);
    }
    Ok(tallies)
}

/// Which counts a piece changes, and which way.
#[derive(Debug, Clone, Copy)]
enum Share {
    /// The piece is part of this bar.
    Bar(usize),
    /// The piece leads up to the edge of this number: what began there belongs before the edge.
    BeforeEdge(usize),
    /// The piece leads back to that edge: what began there belongs after it, and was counted before it.
    AfterEdge(usize),
}

/// Reads the bars off wide buckets, corrected at their edges by narrow ones.
async fn subtract(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    edges: &[i64],
    width: i64,
) -> Result<Vec<Tally>, StoreError> {
    let (wide, narrow) = wide_and_narrow(width);
    let mut pieces = Vec::new();
    for (bar, ends) in edges.windows(2).enumerate() {
        let stretch = Stretch {
            from: nearest(ends[0], wide),
            until: nearest(ends[1], wide),
        };
        if !stretch.is_empty() {
            pieces.push((Share::Bar(bar), Piece::Buckets { width: wide, stretch }));
        }
    }
    for (number, &edge) in edges.iter().enumerate() {
        pieces.extend(
            corrections(edge, wide, narrow)
                .into_iter()
                .map(|(before, piece)| {
                    let share = if before {
                        Share::BeforeEdge(number)
                    } else {
                        Share::AfterEdge(number)
                    };
                    (share, piece)
                }),
        );
    }
    let pieces = tally::refine(snapshot, history, pieces).await?;
    let counted = tally::tally(snapshot, history, filter, pieces.iter().map(|(_, piece)| *piece)).await?;
    let mut tallies = vec![[0; STATUSES]; edges.len() - 1];
    for ((share, _), counted) in pieces.into_iter().zip(counted) {
        let (edge, by) = match share {
            Share::Bar(bar) => {
                add(&mut tallies[bar], counted, 1);
                continue;
            }
            Share::BeforeEdge(edge) => (edge, 1),
            Share::AfterEdge(edge) => (edge, -1),
        };
        if let Some(before) = edge.checked_sub(1).and_then(|bar| tallies.get_mut(bar)) {
            add(before, counted, by);
        }
        if let Some(after) = tallies.get_mut(edge) {
            add(after, counted, -by);
        }
    }
    Ok(tallies)
}

/// The buckets whose boundaries bars of this width are read off, and the narrower ones that correct them, such that
/// few numbers are read in all.
fn wide_and_narrow(width: i64) -> (i64, &'static [i64]) {
    if width >= 14 * DAY {
        (SPAN, &[DAY, HOUR, QUARTER])
    } else if width >= DAY / 2 {
        (DAY, &[HOUR, QUARTER])
    } else if width >= HOUR {
        (HOUR, &[QUARTER])
    } else {
        (QUARTER, &[])
    }
}

/// The boundary of buckets of this width that is nearest to an instant, in microseconds.
fn nearest(instant: i64, width: i64) -> i64 {
    let size = width * MICROS;
    (instant + size / 2).div_euclid(size) * size
}

/// The way from the nearest wide boundary to an edge, in narrower and narrower steps, forth (`true`) and back. Going to
/// the nearest boundary each time, no width is stepped more than half as often as it fits into the one before.
fn corrections(edge: i64, wide: i64, narrow: &[i64]) -> Vec<(bool, Piece)> {
    let mut at = nearest(edge, wide);
    let mut steps = Vec::new();
    for &width in narrow {
        let next = nearest(edge, width);
        if next != at {
            let stretch = between(at, next);
            steps.push((at < next, Piece::Buckets { width, stretch }));
        }
        at = next;
    }
    if edge != at {
        steps.push((at < edge, Piece::Rows(between(at, edge))));
    }
    steps
}

fn between(one: i64, other: i64) -> Stretch {
    Stretch {
        from: one.min(other),
        until: one.max(other),
    }
}

fn add(tally: &mut Tally, more: Tally, by: i64) {
    for (count, more) in tally.iter_mut().zip(more) {
        *count += by * more;
    }
}

/// Takes the days that are counted by what the bucket counts do not know, and looks at every other row.
async fn days_and_rows(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    edges: &[i64],
) -> Result<Vec<Tally>, StoreError> {
    let range = Stretch {
        from: edges.first().copied().unwrap_or_default(),
        until: edges.last().copied().unwrap_or_default(),
    };
    let days = counted_days(snapshot, history, filter, range).await?;
    let mut tallies = vec![[0; STATUSES]; edges.len() - 1];
    let mut pieces = Vec::new();
    for (bar, ends) in edges.windows(2).enumerate() {
        // A day that an edge cuts is of use to neither bar.
        let first = ends[0].div_euclid(MICROS) + i64::from(ends[0].rem_euclid(MICROS) != 0);
        let whole = ends[1].div_euclid(MICROS) - DAY;
        let within: Vec<_> = days
            .range(first..first.max(whole + 1))
            .map(|(day, counted)| (*day, counted))
            .collect();
        for (_, counted) in &within {
            add(&mut tallies[bar], counted.tally, 1);
        }
        let stretch = Stretch {
            from: ends[0],
            until: ends[1],
        };
        let gaps = faceted::gaps(stretch, within.into_iter().map(|(day, _)| day));
        pieces.extend(gaps.into_iter().map(|gap| (bar, Piece::Rows(gap))));
    }
    let counted = tally::tally(snapshot, history, filter, pieces.iter().map(|(_, piece)| *piece)).await?;
    for ((bar, _), counted) in pieces.into_iter().zip(counted) {
        add(&mut tallies[bar], counted, 1);
    }
    Ok(tallies)
}

/// Looks for the one execution that the filter names.
async fn only(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    edges: &[i64],
) -> Result<Vec<Tally>, StoreError> {
    // One row at most, which has an index of its own.
    let mut statement = Statement::new("SELECT e.executed_at, CAST(e.status AS BIGINT)");
    push_from_executions(&mut statement, history, "", Stretch::of(filter));
    statement.push(&cells_condition("e.status", "e.source", filter));
    push_uncounted_conditions(&mut statement, filter);
    let mut tallies = vec![[0; STATUSES]; edges.len() - 1];
    for [executed_at, code] in snapshot.integers(statement).await? {
        let bar = edges.partition_point(|edge| *edge <= executed_at);
        let status = tally::place_of(code);
        if let (Some(tally), Some(status)) = (tallies.get_mut(bar.wrapping_sub(1)), status) {
            tally[status] += 1;
        }
    }
    Ok(tallies)
}

/// When versions were put in use within the stretch, oldest first.
async fn activations(
    snapshot: &mut Snapshot,
    history: History<'_>,
    stretch: Stretch,
) -> Result<Vec<Activation>, StoreError> {
    let mut statement =
        Statement::new("SELECT activated_at, number FROM activations WHERE organization_id = ");
    statement.bind(history.organization.0);
    statement.push(" AND agent_key = ").bind(history.agent_key);
    statement.push(" AND activated_at >= ").bind(stretch.from);
    statement.push(" AND activated_at < ").bind(stretch.until);
    statement
        .push(" ORDER BY activated_at DESC, number DESC LIMIT ")
        .bind(MOST_ACTIVATIONS);
    let mut activations = snapshot
        .integers(statement)
        .await?
        .into_iter()
        .filter_map(|[at, number]| {
            let version = VersionNumber(u32::try_from(number).ok()?);
            Some(Activation {
                version,
                at: from_micros(at),
            })
        })
        .collect::<Vec<_>>();
    activations.reverse();
    Ok(activations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_of_nepal_takes_seven_numbers() {
        // Midnight there, 18:15 UTC: a day, back by six hours, and forth by a quarter.
        let midnight = (20_000 * DAY + 18 * HOUR + QUARTER) * MICROS;
        let (wide, narrow) = wide_and_narrow(DAY);
        let numbers = corrections(midnight, wide, narrow)
            .into_iter()
            .map(|(forth, piece)| match piece {
                Piece::Buckets { width, stretch } => (forth, (stretch.until - stretch.from) / width / MICROS),
                Piece::Rows(_) => panic!("a quarter is the finest offset"),
            })
            .collect::<Vec<_>>();
        assert_eq!(numbers, [(false, 6), (true, 1)]);
    }

    proptest! {
        #[test]
        fn corrections_lead_to_the_edge(edge in 0i64..4_000_000_000_000_000, days in 0i64..40) {
            let (wide, narrow) = wide_and_narrow(days * DAY / 2 + QUARTER);
            let mut at = nearest(edge, wide);
            for (forth, piece) in corrections(edge, wide, narrow) {
                let (Piece::Buckets { stretch, .. } | Piece::Rows(stretch)) = piece;
                if let Piece::Buckets { width, stretch } = piece {
                    prop_assert_eq!((stretch.from % (width * MICROS), stretch.until % (width * MICROS)), (0, 0));
                }
                prop_assert!(stretch.from < stretch.until);
                let (from, to) = if forth { (stretch.from, stretch.until) } else { (stretch.until, stretch.from) };
                prop_assert_eq!(from, at);
                at = to;
            }
            prop_assert_eq!(at, edge);
        }
    }
}
