//! Writes a group of jobs in one transaction.

use super::{
    Owner,
    plan::{self, Heard, Plan, Update},
    postgres,
    queue::{Answer, Job},
    sqlite,
    stored::Stored,
};
use crate::{
    Budget, StoreError,
    backend::Backend,
    counts::{self, Cell, DAY, DENSE, Deltas, MICROS, QUARTER, SLICE},
    facets::{Facet, Forgotten, Remembered},
    row,
    vault::Vault,
};
use domain::{Choice, ExecutionId, ExecutionSummary, OrganizationId};
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::Duration,
};

/// How often a transaction is tried that others were in the way of.
const TRIES: u32 = 5;

/// A transaction that writes.
pub(crate) enum WriteTransaction {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one piece of code on whichever transaction this is. Written once, compiled for both databases.
macro_rules! on_transaction {
    ($transaction:expr, |$tx:ident| $code:expr) => {
        match $transaction {
            $crate::recording::WriteTransaction::Sqlite($tx) => $code,
            $crate::recording::WriteTransaction::Postgres($tx) => $code,
        }
    };
}
pub(crate) use on_transaction;

/// Commits what the jobs ask for, all of it or nothing, and says what each is answered.
pub(super) async fn write(
    vault: &Vault,
    opened: &Budget,
    remembered: &mut Remembered,
    jobs: &[Job],
) -> Result<Vec<Answer>, StoreError> {
    let (mut tries, mut has_reread) = (Tries::default(), false);
    loop {
        let result = try_write(vault, opened, remembered, jobs).await;
        if let Err(StoreError::WrongMasterKey) = result
            && !has_reread
        {
            vault.reread_master().await?;
            has_reread = true;
            continue;
        }
        let Some(pause) = tries.pause(&result) else {
            return result;
        };
        tokio::time::sleep(pause).await;
    }
}

/// How often a transaction was tried that others were in the way of.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// How long to wait before it is tried again; `None` where this is the result.
    pub(crate) fn pause<T>(&mut self, result: &Result<T, StoreError>) -> Option<Duration> {
        self.0 += 1;
        match result {
            Err(StoreError::Database(error)) if self.0 < TRIES && is_passing(error) => {
                tracing::debug!(%error, tries = self.0, "a writing transaction is tried again");
                Some(Duration::from_millis(5 * u64::from(self.0)))
            }
            _ => None,
        }
    }
}

/// Whether another transaction was in the way: a serialization failure, a deadlock, or the same identifier recorded
/// at the same moment.
fn is_passing(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.is_unique_violation()
            || error
                .code()
                .is_some_and(|code| ["40001", "40P01"].contains(&code.as_ref()))
    })
}

async fn try_write(
    vault: &Vault,
    opened: &Budget,
    remembered: &mut Remembered,
    jobs: &[Job],
) -> Result<Vec<Answer>, StoreError> {
    let mut transaction = WriteTransaction::begin(vault.backend()).await?;
    let forgotten = transaction.lock_agents(jobs.iter().map(|job| job.owner)).await?;
    remembered.heed(&forgotten);
    let (mut stored, mut erased, mut held) = (Vec::new(), HashSet::new(), HashMap::new());
    for (organization, ids) in plan::named_ids(jobs) {
        let keys = transaction.hold_keys(vault, organization).await?;
        if !ids.is_empty() {
            let found = transaction.load(organization, &ids).await?;
            stored.extend(found.into_iter().map(|stored| (organization, stored)));
            let gone = transaction.erased(organization, &ids).await?;
            erased.extend(gone.into_iter().map(|id: ExecutionId| (organization, id)));
        }
        held.insert(organization, keys);
    }
    let budgets = transaction.budgets(&plan::beginners(jobs)).await?;
    let mut plan = Plan::new(held, stored, erased, budgets, jobs);
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        answers.push(transaction.take(&mut plan, job, opened).await?);
    }
    if plan.changes_nothing() {
        return Ok(answers);
    }
    transaction.apply(&mut plan).await?;
    if plan.inserts.is_empty() && plan.updates.is_empty() {
        transaction.commit().await?;
        return Ok(answers);
    }
    let arrivals = match &mut transaction {
        WriteTransaction::Sqlite(tx) => sqlite::insert(tx, &plan.inserts).await?,
        WriteTransaction::Postgres(tx) => postgres::insert(tx, &plan.inserts).await?,
    };
    transaction.count(&plan.counted()).await?;
    transaction.log(&arrivals, &plan.updates).await?;
    let facets = remembered.missing(&plan);
    transaction.add_facets(&facets).await?;
    transaction.spend(&plan.spending).await?;
    transaction.commit().await?;
    remembered.remember(facets);
    Ok(answers)
}

impl WriteTransaction {
    pub(crate) async fn begin(backend: &Backend) -> Result<Self, StoreError> {
        Ok(match backend {
            // At once, since a transaction that reads first may find no way to write later.
            Backend::Sqlite(pool) => Self::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Backend::Postgres(pool) => Self::Postgres(pool.begin().await?),
        })
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        on_transaction!(self, |tx| tx.commit().await?);
        Ok(())
    }

    /// Makes writers to the same agent wait for one another, on any server: the counts of an agent, and whether a
    /// quarter is dense, are then one writer's at a time, and the positions in its log are in commit order, since they
    /// are drawn while the row is held. SQLite has one writer anyway. Tells how often values of each agent were taken
    /// out of what can be filtered for.
    pub(crate) async fn lock_agents(
        &mut self,
        owners: impl IntoIterator<Item = Owner>,
    ) -> Result<Vec<Forgotten>, StoreError> {
        let mut agents: BTreeMap<OrganizationId, BTreeSet<i64>> = BTreeMap::new();
        for owner in owners {
            agents
                .entry(owner.organization)
                .or_default()
                .insert(owner.agent_key);
        }
        let mut forgotten = Vec::new();
        for (organization, keys) in agents {
            let rows: Vec<(i64, i64)> = match self {
                Self::Sqlite(tx) => {
                    sqlx::query_as(
                        "SELECT a.agent_key, a.facets_forgotten FROM json_each($2) AS wanted
                         CROSS JOIN agents a ON a.organization_id = $1 AND a.agent_key = wanted.value",
                    )
                    .bind(organization.0)
                    .bind(serde_json::to_string(&keys).map_err(row::decode_error)?)
                    .fetch_all(&mut **tx)
                    .await?
                }
                Self::Postgres(tx) => {
                    sqlx::query_as(
                        "SELECT agent_key, facets_forgotten FROM agents
                         WHERE organization_id = $1 AND agent_key = ANY($2)
                         ORDER BY agent_key FOR NO KEY UPDATE",
                    )
                    .bind(organization.0)
                    .bind(keys.into_iter().collect::<Vec<_>>())
                    .fetch_all(&mut **tx)
                    .await?
                }
            };
            forgotten.extend(rows.into_iter().map(|(agent_key, times)| Forgotten {
                organization,
                agent_key,
                times,
            }));
        }
        Ok(forgotten)
    }

    /// What is stored under these identifiers of the organization.
    async fn load(&mut self, organization: OrganizationId, ids: &[&str]) -> Result<Vec<Stored>, StoreError> {
        match self {
            Self::Sqlite(tx) => sqlite::load(tx, organization, ids).await,
            Self::Postgres(tx) => postgres::load(tx, organization, ids).await,
        }
    }

    pub(super) async fn update(&mut self, update: &Update) -> Result<(), StoreError> {
        let Update {
            organization,
            execution_key,
            after,
            sealed,
            heard_at,
            ..
        } = update;
        on_transaction!(self, |tx| {
            sqlx::query(
                "UPDATE executions SET status = $3, source = $4, executed_at = $5, latency_ms = $6,
                     uncached_input_tokens = $7, cache_read_tokens = $8, cache_write_tokens = $9, output_tokens = $10,
                     reasoning_tokens = $11, tokens_used = $12, cost_nanos = $13, model = $14, version = $15,
                     error_code = $16, executed_by = $17, amended = 1, heard_at = $18
                 WHERE organization_id = $1 AND execution_key = $2",
            )
            .bind(organization.0)
            .bind(execution_key)
            .bind(i64::from(after.status.code()))
            .bind(i64::from(after.source.code()))
            .bind(after.executed_at.timestamp_micros())
            .bind(after.latency_ms)
            .bind(row::uncached_input(&after.tokens))
            .bind(after.tokens.cache_read_tokens)
            .bind(after.tokens.cache_write_tokens)
            .bind(after.tokens.output_tokens)
            .bind(after.tokens.reasoning_tokens)
            .bind(after.tokens.tokens_used)
            .bind(after.cost.map(domain::NanoDollars::nanos))
            .bind(&after.model)
            .bind(&after.version)
            .bind(&after.error_code)
            .bind(&after.executed_by)
            .bind(heard_at.map(|at| at.timestamp_micros()))
            .execute(&mut **tx)
            .await?;
        });
        match self {
            Self::Sqlite(tx) => {
                sqlx::query("UPDATE payloads SET payload = $1 WHERE execution_key = $2")
                    .bind(sealed)
                    .bind(execution_key)
                    .execute(&mut **tx)
                    .await?;
            }
            Self::Postgres(tx) => {
                sqlx::query(
                    "UPDATE payloads SET payload = $1 WHERE execution_key = $2 AND organization_id = $3",
                )
                .bind(sealed)
                .bind(execution_key)
                .bind(organization.0)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// Notes when something was heard of a running execution.
    pub(super) async fn hear(&mut self, heard: &Heard) -> Result<(), StoreError> {
        on_transaction!(self, |tx| {
            sqlx::query(
                "UPDATE executions SET heard_at = $3
                 WHERE organization_id = $1 AND execution_key = $2 AND heard_at IS NOT NULL",
            )
            .bind(heard.organization.0)
            .bind(heard.execution_key)
            .bind(heard.at.timestamp_micros())
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
    }

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

    /// Adds values to what can be filtered for. The agents' rows are held, so no other server is at the same.
    async fn add_facets(&mut self, facets: &BTreeSet<Facet>) -> Result<(), StoreError> {
        if facets.is_empty() {
            return Ok(());
        }
        match self {
            Self::Sqlite(tx) => sqlite::add_facets(tx, facets).await,
            Self::Postgres(tx) => postgres::add_facets(tx, facets).await,
        }
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
            let buckets: Vec<(i64,)> = on_transaction!(self, |tx| {
                sqlx::query_as(AssertSqlSafe(sql))
                    .bind(organization.0)
                    .bind(agent_key)
                    .bind(first)
                    .bind(last)
                    .fetch_all(&mut **tx)
                    .await?
            });
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
            "INSERT INTO execution_counts (organization_id, agent_key, width, bucket, status, source, executions)
             SELECT organization_id, agent_key, {SLICE}, executed_at / {size} * {SLICE}, status, source, COUNT(*)
             FROM executions WHERE organization_id = $1 AND agent_key = $2 AND executed_at >= $3 AND executed_at < $4
             GROUP BY organization_id, agent_key, executed_at / {size} * {SLICE}, status, source",
            size = SLICE * MICROS,
        );
        on_transaction!(self, |tx| {
            sqlx::query(AssertSqlSafe(sql))
                .bind(quarter.organization.0)
                .bind(quarter.agent_key)
                .bind(quarter.bucket * MICROS)
                .bind((quarter.bucket + QUARTER) * MICROS)
                .execute(&mut **tx)
                .await?;
        });
        Ok(())
    }

    /// Drops the slices of a quarter that is no longer dense.
    async fn unslice(&mut self, quarter: &Quarter) -> Result<(), StoreError> {
        on_transaction!(self, |tx| {
            sqlx::query(
                "DELETE FROM execution_counts
                 WHERE organization_id = $1 AND agent_key = $2 AND width = $3 AND bucket >= $4 AND bucket < $5",
            )
            .bind(quarter.organization.0)
            .bind(quarter.agent_key)
            .bind(SLICE)
            .bind(quarter.bucket)
            .bind(quarter.bucket + QUARTER)
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
    }
}

/// A row that the counts count in (`by` = 1) or out (`by` = -1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub row: &'a ExecutionSummary,
    pub by: i64,
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
