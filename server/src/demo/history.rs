//! Three months of history up to now, with a few runs that are still going on.

use super::{DemoError, Unfinished, agents::SampleAgent, cast::Cast, outcome, run};
use chrono::{Duration, NaiveDate};
use domain::{ExecutionFields, Timestamp};
use rand::{RngExt, rngs::StdRng};
use std::collections::BTreeMap;
use store::Store;

/// How far the history goes back, in days.
const DAYS: i64 = 90;
/// Runs of each agent in the last hour, beyond the usual: a newcomer wants to see something now.
const RECENT: u32 = 9;
/// Executions recorded at once.
const BATCH: usize = 500;

/// Agent and key of a run: what one call of the store records together.
type Batches = BTreeMap<(usize, Option<usize>), Vec<ExecutionFields>>;

/// Makes the history up and records it. Answers what is still running.
pub async fn record(
    store: &Store,
    cast: &Cast,
    rng: &mut StdRng,
    now: Timestamp,
) -> Result<Vec<Unfinished>, DemoError> {
    let mut batches = Batches::new();
    let mut unfinished = Vec::new();
    for (index, (_, sample)) in cast.agents.iter().enumerate() {
        for started in starts(rng, sample, now) {
            let caller = cast.caller(rng, sample);
            let fields = run::ended(rng, sample, &caller, started, now)?;
            batches.entry((index, caller.key)).or_default().push(fields);
        }
        let caller = cast.caller(rng, sample);
        let started = now - Duration::milliseconds(rng.random_range(1_000..20_000));
        let end = run::ended(rng, sample, &caller, started, now)?;
        batches
            .entry((index, caller.key))
            .or_default()
            .push(run::begun(&end));
        if let Some(id) = end.execution_id.clone() {
            unfinished.push(Unfinished {
                agent: index,
                id,
                end: Box::new(end),
            });
        }
    }
    for ((agent, key), mut executions) in batches {
        let caller = cast.key(key);
        let agent = &cast.agents[agent].0;
        while !executions.is_empty() {
            let rest = executions.split_off(executions.len().min(BATCH));
            store
                .record(cast.organization, agent, &caller, now, executions)
                .await?;
            executions = rest;
        }
    }
    Ok(unfinished)
}

/// When the runs of an agent began. The load grew over the months.
fn starts(rng: &mut StdRng, sample: &SampleAgent, now: Timestamp) -> Vec<Timestamp> {
    let today = now.date_naive();
    let mut starts = Vec::new();
    for age in 0..DAYS {
        let day: NaiveDate = today - Duration::days(age);
        let growth = 1.15 - 0.5 * age as f64 / DAYS as f64;
        let count = sample.rhythm.count(rng, sample.per_day * growth, day);
        starts.extend((0..count).map(|_| sample.rhythm.moment(rng, day)));
    }
    for (begin, length) in outcome::incidents(now) {
        let count = (sample.per_day / 2.0) as u32;
        starts.extend((0..count).map(|_| begin + fraction(rng, length)));
    }
    starts.extend((0..RECENT).map(|_| now - fraction(rng, Duration::hours(1))));
    // What began less than a minute ago may not have ended yet.
    starts.retain(|started| *started <= now - Duration::minutes(1));
    starts.sort_unstable();
    starts
}

/// Some part of `length`.
fn fraction(rng: &mut StdRng, length: Duration) -> Duration {
    Duration::microseconds(rng.random_range(0..length.num_microseconds().unwrap_or(1)))
}
