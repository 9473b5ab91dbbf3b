//! Past days, counted by what the bucket counts do not know: the fields whose values are kept.
//!
//! Counting these with every recording would cost it a row for each combination. But days that are over hardly change.
//! So a job counts them afterwards, and every transaction that changes an execution of a day takes that day's counts
//! out again. What is counted is therefore exact at every moment; what is not, readers count row by row.

use crate::{
    Store, StoreError,
    backend::Backend,
    counts::{self, DAY, MICROS, Stretch},
    executions::{
        condition::{cells_condition, push_uncounted_conditions},
        tally::{Tally, place_of},
    },
    facets::value::kept,
    history::History,
    query::List,
    recording::Owner,
    snapshot::{Snapshot, Statement},
    transaction::{WriteTransaction, transact},
};
use domain::{ExecutionFilter, OrganizationId, Timestamp, strip::STATUSES};
use rand::RngExt;
use std::collections::BTreeMap;

/// Executions from which a day is worth counting. Fewer are read as fast as their counts.
const WORTH_COUNTING: i64 = 100;

/// A day that could be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UncountedDay {
    organization: OrganizationId,
    agent_key: i64,
    /// First second, since 1970.
    day: i64,
}

/// What passes a filter on a day that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CountedDay {
    /// How many of each status, in the order of `Status::ALL`.
    pub tally: Tally,
    /// From the first to the last of them; empty where there is none.
    pub within: Stretch,
}

impl Store {
    /// Days that are over, hold enough executions and are not counted, of every agent.
    pub async fn uncounted_days(&self, now: Timestamp) -> Result<Vec<UncountedDay>, StoreError> {
        let agents: Vec<(i64, i64)> = self
            .long_reads
            .fetch(
                "SELECT a.organization_id, a.agent_key FROM agents a
                 JOIN organizations o ON o.organization_id = a.organization_id WHERE o.deleting_at IS NULL",
                (),
            )
            .await?;
        let today = counts::bucket_of(now.timestamp_micros(), DAY);
        let mut uncounted = Vec::new();
        for (organization, agent_key) in agents {
            let days: Vec<(i64,)> = self
                .long_reads
                .fetch(
                    "SELECT c.bucket FROM execution_counts c
                     WHERE c.organization_id = $1 AND c.agent_key = $2 AND c.width = $3 AND c.bucket < $4
                         AND NOT EXISTS (SELECT 1 FROM facet_days d
                         WHERE d.organization_id = c.organization_id
                             AND d.agent_key = c.agent_key AND d.day = c.bucket AND d.counted = 1)
                     GROUP BY c.bucket HAVING SUM(c.executions) >= $5 ORDER BY c.bucket DESC",
                    (organization, agent_key, DAY, today, WORTH_COUNTING),
                )
                .await?;
            uncounted.extend(days.into_iter().map(|(day,)| UncountedDay {
                organization: OrganizationId(organization),
                agent_key,
                day,
            }));
        }
        Ok(uncounted)
    }

    /// Counts a day; `false` where one of its executions changed meanwhile, so that the count was in vain.
    ///
    /// Rows are read while nobody is held up. That the day is being counted is noted before, with the agent's row
    /// held: so whoever changes it afterwards finds the note and deletes it, and whoever did so before has committed.
    pub async fn count_day(&self, uncounted: &UncountedDay) -> Result<bool, StoreError> {
        let UncountedDay {
            organization,
            agent_key,
            day,
        } = *uncounted;
        let owner = Owner {
            organization,
            agent_key,
            kept: None,
        };
        let attempt = rand::rng().random_range(1..i64::MAX);
        let is_there = transact!(self.rewriting, |transaction| {
            if transaction.lock_agents([owner]).await?.is_empty() {
                return Ok(false);
            }
            transaction.uncount_days(organization, agent_key, &[day]).await?;
            transaction
                .execute(
                    "INSERT INTO facet_days (organization_id, agent_key, day, attempt, counted)
                     VALUES ($1, $2, $3, $4, 0)",
                    (organization.0, agent_key, day, attempt),
                )
                .await?;
            Ok(true)
        })?;
        if !is_there {
            // Its organization was deleted.
            return Ok(false);
        }
        let combinations = combinations(&self.long_reads, uncounted).await?;

        let insert = |rows: &str| {
            let columns = columns();
            let fields: String = (3..)
                .zip(&columns)
                .map(|(index, _)| format!("value ->> {index}, "))
                .collect();
            let number = |index| format!("CAST(value ->> {index} AS BIGINT)");
            let after = columns.len() + 3;
            format!(
                "INSERT INTO facet_counts (organization_id, agent_key, day, number, status, source, {},
                 executions, first_at, last_at)
                 SELECT $1, $2, $3, {}, {}, {}, {fields}{}, {}, {} FROM {rows}",
                columns.join(", "),
                number(0),
                number(1),
                number(2),
                number(after),
                number(after + 1),
                number(after + 2),
            )
        };
        transact!(self.rewriting, |transaction| {
            let undisturbed = transaction
                .execute(
                    "UPDATE facet_days SET counted = 1
                     WHERE organization_id = $1 AND agent_key = $2 AND day = $3 AND attempt = $4",
                    (organization.0, agent_key, day, attempt),
                )
                .await?
                == 1;
            if undisturbed {
                let sql = match transaction {
                    WriteTransaction::Sqlite(_) => insert("json_each($4)"),
                    WriteTransaction::Postgres(_) => insert("jsonb_array_elements(CAST($4 AS jsonb))"),
                };
                transaction
                    .execute(sql, (organization.0, agent_key, day, &combinations))
                    .await?;
            }
            Ok(undisturbed)
        })
    }
}

/// The columns of the fields by which a day is counted.
fn columns() -> Vec<String> {
    kept().map(|field| field.separated('_')).collect()
}

/// The day's combinations, each a JSON array that begins with a number of its own.
async fn combinations(backend: &Backend, uncounted: &UncountedDay) -> Result<String, StoreError> {
    let (all, each) = match backend {
        Backend::Sqlite(_) => ("json_group_array", "json_array"),
        Backend::Postgres(_) => ("json_agg", "json_build_array"),
    };
    let fields = columns().join(", ");
    let sql = format!(
        "SELECT CAST(COALESCE({all}({each}(number, status, source, {fields}, executions, first_at, last_at)), '[]')
             AS TEXT)
         FROM (
             SELECT ROW_NUMBER() OVER () AS number, status, source, {fields}, COUNT(*) AS executions,
                 MIN(executed_at) AS first_at, MAX(executed_at) AS last_at
             FROM executions
             WHERE organization_id = $1 AND agent_key = $2 AND executed_at >= $3 AND executed_at < $4
             GROUP BY status, source, {fields}
         ) AS combinations"
    );
    let (combinations,): (String,) = backend
        .fetch_one(
            sql,
            (
                uncounted.organization.0,
                uncounted.agent_key,
                uncounted.day * MICROS,
                (uncounted.day + DAY) * MICROS,
            ),
        )
        .await?;
    Ok(combinations)
}

/// The days of a stretch that are counted, with what of them passes the filter; none where the filter asks for something by
/// which days are not counted.
pub(crate) async fn counted_days(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    stretch: Stretch,
) -> Result<BTreeMap<i64, CountedDay>, StoreError> {
    if !filter.is_counted_daily() {
        return Ok(BTreeMap::new());
    }
    let day = DAY * MICROS;
    let mut statement = Statement::new(
        "SELECT d.day, CAST(COALESCE(e.status, -1) AS BIGINT), CAST(COALESCE(SUM(e.executions),
         0) AS BIGINT),
             COALESCE(MIN(e.first_at), 0), COALESCE(MAX(e.last_at), -1)
         FROM facet_days d LEFT JOIN facet_counts e ON e.organization_id = d.organization_id
             AND e.agent_key = d.agent_key AND e.day = d.day",
    );
    statement.push(&cells_condition("e.status", "e.source", filter));
    push_uncounted_conditions(&mut statement, filter);
    statement
        .push(" WHERE d.organization_id = ")
        .bind(history.organization.0);
    statement.push(" AND d.agent_key = ").bind(history.agent_key);
    statement
        .push(" AND d.day >= ")
        .bind(stretch.from.div_euclid(day) * DAY + if stretch.from.rem_euclid(day) == 0 { 0 } else { DAY });
    statement
        .push(" AND d.day < ")
        .bind(stretch.until.div_euclid(day) * DAY);
    statement.push(" AND d.counted = 1 GROUP BY d.day, e.status");
    let mut days = BTreeMap::new();
    for [day, code, executions, first, last] in snapshot.integers(statement).await? {
        let counted = days.entry(day).or_insert(CountedDay {
            tally: [0; STATUSES],
            within: Stretch {
                from: i64::MAX,
                until: 0,
            },
        });
        let status = place_of(code);
        if let Some(status) = status {
            counted.tally[status] += executions;
            counted.within.from = counted.within.from.min(first);
            counted.within.until = counted.within.until.max(last + 1);
        }
    }
    Ok(days)
}

impl WriteTransaction {
    /// Takes days out of what is counted, because executions of theirs change.
    pub(crate) async fn uncount_days(
        &mut self,
        organization: OrganizationId,
        agent_key: i64,
        days: &[i64],
    ) -> Result<(), StoreError> {
        let sql = match self {
            Self::Sqlite(_) => {
                "DELETE FROM facet_days WHERE organization_id = $1 AND agent_key = $2
                 AND day IN (SELECT value FROM json_each($3))"
            }
            Self::Postgres(_) => {
                "DELETE FROM facet_days WHERE organization_id = $1 AND agent_key = $2 AND day = ANY($3)"
            }
        };
        self.execute(sql, (organization.0, agent_key, List(days))).await?;
        Ok(())
    }
}
