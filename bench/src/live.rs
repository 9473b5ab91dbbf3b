//! Many open event streams of one agent, and how soon each is told of what is recorded.

use crate::{
    ledger::{Ledger, Server},
    rows, statistics,
};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Method, StatusCode, body::Incoming};
use std::time::{Duration, Instant};
use testkit::Client;
use tokio::{task::JoinSet, time::MissedTickBehavior};

/// Streams that are open at once, as far as the system lets a process open files.
const STREAMS: u64 = 1_000;
/// Files that are open besides.
const OTHER_FILES: u64 = 100;
/// Executions that are recorded one by one, and the time from one to the next.
const EXECUTIONS: u64 = 200;
const PAUSE: Duration = Duration::from_millis(50);
/// How long a stream may be silent before the measurement counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was measured.
pub struct Live {
    pub streams: u64,
    /// From the call that records an execution, answered only after the commit, to the arrival of its event.
    pub p50: Duration,
    pub p99: Duration,
    /// Bytes of memory that the server needs for each stream.
    pub bytes_per_stream: u64,
}

/// Opens the streams, records, and waits until everything has arrived everywhere. The executions are new ones of a
/// history of `size`.
pub async fn measure(ledger: &Ledger, server: &Server, size: u64) -> Result<Live> {
    let streams = STREAMS.min(open_files()?.saturating_sub(OTHER_FILES));
    let path = format!("{}/events", ledger.executions());
    // The first stream brings what all of them share.
    let mut opened = vec![open(server, &path).await?];
    let before = server.memory()?.now;
    for _ in 1..streams {
        opened.push(open(server, &path).await?);
    }
    let bytes = server.memory()?.now.saturating_sub(before);

    let mut reading = JoinSet::new();
    for (client, body) in opened {
        reading.spawn(async move {
            let arrivals = arrivals(body).await;
            drop(client);
            arrivals
        });
    }
    let mut recorder = server.recorder().await?;
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = Vec::new();
    for index in size..size + EXECUTIONS {
        let mut line = String::new();
        rows::row(index, size).write_json(&mut line);
        ticks.tick().await;
        sent.push(Instant::now());
        let answer = recorder
            .call(Method::POST, &ledger.executions(), line.into())
            .await?;
        ensure!(
            matches!(answer.status, StatusCode::OK | StatusCode::CREATED),
            "recording answered {}",
            answer.status
        );
    }
    let mut times = Vec::new();
    while let Some(arrivals) = reading.join_next().await {
        let arrivals = arrivals??;
        times.extend(arrivals.iter().zip(&sent).map(|(arrived, sent)| *arrived - *sent));
    }
    times.sort_unstable();
    Ok(Live {
        streams,
        p50: statistics::percentile(&times, 50).context("nothing arrived")?,
        p99: statistics::percentile(&times, 99).context("nothing arrived")?,
        bytes_per_stream: bytes / (streams - 1).max(1),
    })
}

/// Opens a stream, and reads its beginning.
async fn open(server: &Server, path: &str) -> Result<(Client, Incoming)> {
    let mut client = server.api().await?;
    let mut body = client.open(path).await?;
    let opening = body.frame().await.context("a stream did not open")??;
    ensure!(
        opening
            .data_ref()
            .is_some_and(|data| data.starts_with(b"retry: ")),
        "a stream began with something else"
    );
    Ok((client, body))
}

/// When each event arrived, in order.
async fn arrivals(mut body: Incoming) -> Result<Vec<Instant>> {
    let mut arrivals = Vec::new();
    let mut text = Vec::new();
    while arrivals.len() < EXECUTIONS as usize {
        let frame = tokio::time::timeout(PATIENCE, body.frame())
            .await
            .context("a stream is silent")?
            .context("a stream ended")??;
        text.extend_from_slice(frame.data_ref().map_or(&[][..], Bytes::as_ref));
        while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<_> = text.drain(..end + 2).collect();
            ensure!(!event.starts_with(b"event: resync"), "a stream was too slow");
            if event.starts_with(b"event: execution.created") {
                arrivals.push(Instant::now());
            }
        }
    }
    Ok(arrivals)
}

/// How many files a process may open here. The server's share of them is the same.
fn open_files() -> Result<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").context("cannot read /proc/self/limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|rest| rest.split_whitespace().next());
    // "unlimited" is no number, and no limit.
    Ok(soft.and_then(|soft| soft.parse().ok()).unwrap_or(u64::MAX))
}
