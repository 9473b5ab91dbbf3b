//! Bringing the bucket counts up to the rows, in the transaction that changes these.

use super::{change::Counted, postgres, sqlite};
use crate::{
    StoreError,
    counts::{self, Cell, DAY, DENSE, Deltas, MICROS, QUARTER, SLICE},
    transaction::WriteTransaction,
};
use domain::OrganizationId;
use std::collections::{BTreeMap, BTreeSet};

impl WriteTransaction {
    /// Brings the counts up to the rows, which have changed already.
    pub(super) async fn count(&mut self, counted: &[Counted<'_>]) -> Result<(), StoreError> {
        let mut deltas = Deltas::default();
        let mut days: BTreeMap<(OrganizationId, i64), BTreeSet<i64>> = BTreeMap::new();
        for one in counted {
            deltas.count(one.organization, one.agent_key, one.row, one.by);
            let day = counts::bucket_of(one.row.executed_at.timestamp_micros(), DAY);
            days.entry((one.organization, one.agent_key))
                .or_default()
                .insert(day);
        }
        for ((organization, agent_key), days) in days {
            let days: Vec<_> = days.into_iter().collect();
            self.uncount_days(organization, agent_key, &days).await?;
        }
        let changes: Vec<_> = deltas.changes().collect();
        let touched = touched_quarters(&changes);
        let dense_before = self.dense_quarters(&touched).await?;
        self.add_counts(&changes).await?;
        let dense_after = self.dense_quarters(&touched).await?;
        for quarter in dense_after.difference(&dense_before) {
            self.slice(quarter).await?;
        }
        for quarter in dense_before.difference(&dense_after) {
            self.unslice(quarter).await?;
        }
        let sliced: BTreeSet<_> = dense_before.intersection(&dense_after).collect();
        if !sliced.is_empty() {
            let mut slices = Deltas::default();
            for one in counted {
                let quarter = Quarter {
                    organization: one.organization,
                    agent_key: one.agent_key,
                    bucket: counts::bucket_of(one.row.executed_at.timestamp_micros(), QUARTER),
                };
                if sliced.contains(&quarter) {
                    slices.count_slice(one.organization, one.agent_key, one.row, one.by);
                }
            }
            self.add_counts(&slices.changes().collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    async fn add_counts(&mut self, changes: &[(&Cell, i64)]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => sqlite::add_counts(tx, changes).await,
            Self::Postgres(tx) => postgres::add_counts(tx, changes).await,
        }
    }

    /// Which of the quarters are dense. One look at a small index for each agent.
    async fn dense_quarters(&mut self, touched: &BTreeSet<Quarter>) -> Result<BTreeSet<Quarter>, StoreError> {
        let mut ranges: BTreeMap<(OrganizationId, i64), (i64, i64)> = BTreeMap::new();
        for quarter in touched {
            let range = ranges
                .entry((quarter.organization, quarter.agent_key))
                .or_insert((quarter.bucket, quarter.bucket));
            *range = (range.0.min(quarter.bucket), range.1.max(quarter.bucket));
        }
        let mut dense = BTreeSet::new();
        for ((organization, agent_key), (first, last)) in ranges {
            let sql = format!(
                "SELECT bucket FROM execution_counts WHERE organization_id = $1 AND agent_key = $2
                 AND bucket BETWEEN $3 AND $4 AND width = {QUARTER} AND executions > {DENSE}"
            );
            let buckets: Vec<(i64,)> = self.fetch(sql, (organization.0, agent_key, first, last)).await?;
            let quarters = buckets.into_iter().map(|(bucket,)| Quarter {
                organization,
                agent_key,
                bucket,
            });
            dense.extend(quarters.filter(|quarter| touched.contains(quarter)));
        }
        Ok(dense)
    }

    /// Counts a quarter that has become dense in slices.
    async fn slice(&mut self, quarter: &Quarter) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO execution_counts (organization_id, agent_key, width, bucket, status, source,
             executions)
             SELECT organization_id, agent_key, {SLICE}, executed_at / {size} * {SLICE}, status, source,
             COUNT(*)
             FROM executions WHERE organization_id = $1 AND agent_key = $2 AND executed_at >= $3
                 AND executed_at < $4
             GROUP BY organization_id, agent_key, executed_at / {size} * {SLICE}, status, source",
            size = SLICE * MICROS,
        );
        self.execute(
            sql,
            (
                quarter.organization.0,
                quarter.agent_key,
                quarter.bucket * MICROS,
                (quarter.bucket + QUARTER) * MICROS,
            ),
        )
        .await?;
        Ok(())
    }

    /// Drops the slices of a quarter that is no longer dense.
    async fn unslice(&mut self, quarter: &Quarter) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM execution_counts
             WHERE organization_id = $1 AND agent_key = $2 AND width = $3 AND bucket >= $4
                 AND bucket < $5",
            (
                quarter.organization.0,
                quarter.agent_key,
                SLICE,
                quarter.bucket,
                quarter.bucket + QUARTER,
            ),
        )
        .await?;
        Ok(())
    }
}

/// A quarter of an hour of one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Quarter {
    organization: OrganizationId,
    agent_key: i64,
    bucket: i64,
}

fn touched_quarters(changes: &[(&Cell, i64)]) -> BTreeSet<Quarter> {
    let quarters = changes.iter().filter(|(cell, _)| cell.width == QUARTER);
    quarters
        .map(|(cell, _)| Quarter {
            organization: cell.organization,
            agent_key: cell.agent_key,
            bucket: cell.bucket,
        })
        .collect()
}
