//! Listing and recording while a history goes by retention, beside the same before it goes. Calls are made at fixed times,
//! whatever became of those before them, and each is timed from when it was due: who comes while the server is held up
//! counts too.

use crate::{
    ledger::{Ledger, Server},
    rows, statistics,
    statistics::Latency,
};
use anyhow::{Context, Result, ensure};
use chrono::{Days, Utc};
use hyper::{Method, StatusCode};
use serde_json::Value;
use std::{cell::Cell, time::Duration};
use testkit::{Client, Memory};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// From one call to the next.
const LIST_EVERY: Duration = Duration::from_millis(40);
const RECORD_EVERY: Duration = Duration::from_millis(100);
/// Executions that one call records.
pub const BATCH: u64 = 10;
/// How long the calls are timed before anything is deleted.
const BEFORE: Duration = Duration::from_secs(20);
/// What is measured of a deletion at most: so many executions, and for so long.
const MOST: u64 = 1_000_000;
const LONGEST: Duration = Duration::from_secs(20 * 60);
/// How often it is looked how many are left.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Days that the plan keeps; what is a day older goes for certain.
const KEPT: Days = Days::new(91);

/// Calls at fixed times.
pub struct Paced {
    pub list: Latency,
    pub recording: Latency,
}

/// What was measured.
pub struct Retained {
    /// Nothing is deleted.
    pub before: Paced,
    /// Old executions go.
    pub meanwhile: Paced,
    /// How many went while it was measured, and how many of them a second.
    pub removed: u64,
    pub rate: f64,
    /// Memory right after it.
    pub memory: Memory,
}

/// Times the calls, then puts a plan in force under which the history of `size` is too old, and times them again while it
/// goes. Afterwards it is gone.
pub async fn measure(ledger: &Ledger, size: u64) -> Result<Retained> {
    // Beyond what the history and the streams took.
    let next = Cell::new(2 * size + 10_000);
    let server = ledger.serve().await?;
    let until = Instant::now() + BEFORE;
    let before = paced(ledger, &server, size, &next, async |_| Ok(Instant::now() < until)).await?;
    server.stop().await?;

    ledger.keep_90_days()?;
    // A server deletes at its start what is too old.
    let server = ledger.serve().await?;
    let begin = Instant::now();
    let most = old(&mut server.api().await?, ledger).await?;
    let left = Cell::new(most);
    let meanwhile = paced(ledger, &server, size, &next, async |remaining| {
        left.set(remaining);
        ensure!(
            begin.elapsed() < LONGEST,
            "{remaining} are left after {LONGEST:?}"
        );
        Ok(remaining > 0 && most - remaining < MOST)
    })
    .await?;
    let removed = most - left.get();
    ensure!(removed > 0, "nothing was deleted");
    let measured = Retained {
        before,
        meanwhile,
        removed,
        rate: statistics::rate(removed, begin.elapsed()),
        memory: server.memory()?,
    };
    server.stop().await?;
    Ok(measured)
}

/// Lists and records until `goes_on` says no, which is told how many old executions are left.
async fn paced(
    ledger: &Ledger,
    server: &Server,
    size: u64,
    next: &Cell<u64>,
    goes_on: impl AsyncFn(u64) -> Result<bool>,
) -> Result<Paced> {
    let is_over = Cell::new(false);
    let looking = async {
        let mut client = server.api().await?;
        while goes_on(old(&mut client, ledger).await?).await? {
            sleep(LOOK_EVERY).await;
        }
        is_over.set(true);
        Ok(())
    };
    let listing = async {
        let mut client = server.api().await?;
        // The newest of all, and the newest of those that go.
        let executions = ledger.executions();
        let paths = [
            format!("{executions}?limit=20"),
            format!("{executions}?limit=20&status=failed&endDate={}", cut()),
        ];
        let (mut ticks, mut times) = (ticks(LIST_EVERY), Vec::new());
        for path in paths.iter().cycle() {
            if is_over.get() {
                break;
            }
            let due = ticks.tick().await;
            client.get(path).await?;
            times.push(due.elapsed());
        }
        anyhow::Ok(times)
    };
    let recording = async {
        let mut client = server.recorder().await?;
        let (mut ticks, mut times) = (ticks(RECORD_EVERY), Vec::new());
        while !is_over.get() {
            let mut lines = String::new();
            for index in next.get()..next.get() + BATCH {
                let mut row = rows::row(index, size);
                row.executed_at = Utc::now().timestamp_micros();
                row.write_json(&mut lines);
            }
            next.set(next.get() + BATCH);
            let due = ticks.tick().await;
            let answer = client
                .call(Method::POST, &ledger.executions(), lines.into())
                .await?;
            times.push(due.elapsed());
            ensure!(
                answer.status == StatusCode::OK,
                "recording answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        anyhow::Ok(times)
    };
    let ((), list, recording) = tokio::try_join!(looking, listing, recording)?;
    Ok(Paced {
        list: Latency::of(list).context("nothing was listed")?,
        recording: Latency::of(recording).context("nothing was recorded")?,
    })
}

/// Calls that are late are made up for.
fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    ticks
}

/// The last day that is too old.
fn cut() -> chrono::NaiveDate {
    Utc::now().date_naive() - KEPT
}

/// How many executions are there that are too old.
async fn old(client: &mut Client, ledger: &Ledger) -> Result<u64> {
    let path = format!("{}?limit=1&endDate={}", ledger.executions(), cut());
    let list: Value = serde_json::from_slice(&client.get(&path).await?.body)?;
    list["pagination"]["total"]
        .as_u64()
        .context("the list has no total")
}
