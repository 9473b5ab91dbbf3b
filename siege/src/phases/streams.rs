//! Many who follow one agent, and something that happens.

use crate::{
    arena::{Arena, PATIENCE},
    exchange::Request,
    fixture::Fixture,
    report::{Figure, seconds},
    sources::CALLER,
};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::Client;
use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

/// Streams that are opened at a time.
const OPENED_AT_ONCE: usize = 50;
/// Files that are open besides the streams.
const OTHER_FILES: usize = 1_200;
/// How long an event may take to all of them.
const EVENT: Duration = Duration::from_secs(10);

pub async fn run(arena: Arc<Arena>) -> Vec<Figure> {
    let wanted = arena.scale.streams.min(open_files().saturating_sub(OTHER_FILES));
    let begin = Instant::now();
    let permits = Arc::new(Semaphore::new(OPENED_AT_ONCE));
    let mut opening = JoinSet::new();
    for number in 0..wanted {
        let (arena, permits) = (arena.clone(), permits.clone());
        opening.spawn(async move {
            let _permit = permits.acquire().await;
            timeout(PATIENCE, open(&arena, number))
                .await
                .context("a stream did not open in time")?
        });
    }
    let (mut opened, mut faults) = (Vec::new(), Vec::new());
    while let Some(stream) = opening.join_next().await {
        match stream {
            Ok(Ok(stream)) => opened.push(stream),
            Ok(Err(error)) => faults.push(format!("{error:#}")),
            Err(error) => faults.push(error.to_string()),
        }
    }
    let mut figures = vec![
        Figure::held(
            "event streams",
            format!("{} open after {}", opened.len(), seconds(begin.elapsed())),
            if wanted < arena.scale.streams {
                format!("{wanted}, as this system lets no more files be open")
            } else {
                wanted.to_string()
            },
            opened.len() == wanted,
        ),
        Figure::faults("streams that did not open", &faults),
    ];
    let open = opened.len();
    let mut waiting = JoinSet::new();
    for (client, body) in opened {
        waiting.spawn(async move {
            let told = timeout(PATIENCE, event(body)).await.context("a stream is silent");
            drop(client);
            told?
        });
    }
    let begin = Instant::now();
    let recorded = Request::json(
        "POST",
        Fixture::executions(&arena.fixture.followed),
        "{\"status\":\"success\"}",
    )
    .with_key(&arena.fixture.record)
    .send_until_taken(CALLER, arena.address, PATIENCE)
    .await;
    let (mut told, mut faults, mut last) = (0, Vec::new(), Duration::ZERO);
    while let Some(stream) = waiting.join_next().await {
        match stream {
            Ok(Ok(())) => {
                told += 1;
                last = last.max(begin.elapsed());
            }
            Ok(Err(error)) => faults.push(format!("{error:#}")),
            Err(error) => faults.push(error.to_string()),
        }
    }
    figures.push(Figure::held(
        "told of an event",
        format!("{told}; recording answered {recorded}"),
        open.to_string(),
        told == open,
    ));
    figures.push(Figure::faults("streams that were not told", &faults));
    figures.push(Figure::at_most("told the last", last, arena.bar(EVENT)));
    figures
}

async fn open(arena: &Arena, number: usize) -> Result<(Client, Incoming)> {
    let bearer = format!("Bearer {}", arena.fixture.read);
    let headers = [("authorization", bearer.as_str())];
    let from = arena.sources.known(number);
    let mut client = Client::connect_from(from, arena.address, &headers).await?;
    let path = format!("{}/events", Fixture::executions(&arena.fixture.followed));
    let mut body = client.open(&path).await?;
    let opening = body.frame().await.context("a stream ended at once")??;
    ensure!(
        opening
            .data_ref()
            .is_some_and(|data| data.starts_with(b"retry: ")),
        "a stream began with something else"
    );
    Ok((client, body))
}

async fn event(mut body: Incoming) -> Result<()> {
    let mut text = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("a stream broke off")?;
        text.extend_from_slice(frame.data_ref().map_or(&[][..], Bytes::as_ref));
        while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<_> = text.drain(..end + 2).collect();
            ensure!(
                !event.starts_with(b"event: resync"),
                "a stream was told to begin again"
            );
            if event.starts_with(b"event: execution.created") {
                return Ok(());
            }
        }
    }
    bail!("a stream ended")
}

/// How many files a process may open here. The server's share of them is the same.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|rest| rest.split_whitespace().next());
    // "unlimited" is no number, and no limit.
    soft.and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}
