//! Recording over HTTP, by several clients at once. What counts was answered, so it is durable.

use crate::{
    ledger::{Ledger, Server},
    rows, statistics,
};
use anyhow::{Result, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use std::{
    ops::Range,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How executions are sent.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub clients: usize,
    /// Executions in one call.
    pub batch: u64,
}

/// Fills the history, as fast as it goes.
pub const FILL: Load = Load {
    clients: 3,
    batch: 1_000,
};
/// Large senders, such as a collector.
pub const BATCHES: Load = Load {
    clients: 4,
    batch: 100,
};
/// Many small senders.
pub const SINGLES: Load = Load {
    clients: 32,
    batch: 1,
};

/// Calls whose bodies are made before the clock runs.
const AHEAD: usize = 600;

/// Records the rows of these indexes, of a history of `size`; answers how many a second. Making the bodies does not count.
pub async fn record(
    ledger: &Ledger,
    server: &Server,
    indexes: Range<u64>,
    size: u64,
    load: Load,
) -> Result<f64> {
    let count = indexes.end - indexes.start;
    let mut batches = indexes.clone().step_by(load.batch as usize);
    let mut clients = Vec::new();
    for _ in 0..load.clients {
        clients.push(server.recorder().await?);
    }
    let path: Arc<str> = ledger.executions().into();
    let mut time = Duration::ZERO;
    loop {
        let bodies: Vec<Bytes> = batches
            .by_ref()
            .take(AHEAD.min(AHEAD * 100 / load.batch as usize))
            .map(|start| body(start..(start + load.batch).min(indexes.end), size))
            .collect();
        if bodies.is_empty() {
            return Ok(statistics::rate(count, time));
        }
        let bodies = Arc::new(Mutex::new(bodies.into_iter()));
        let begin = Instant::now();
        let mut sending = JoinSet::new();
        for mut client in clients.drain(..) {
            let (bodies, path) = (bodies.clone(), path.clone());
            sending.spawn(async move {
                while let Some(body) = next(&bodies) {
                    let answer = client.call(Method::POST, &path, body).await?;
                    ensure!(
                        matches!(answer.status, StatusCode::OK | StatusCode::CREATED),
                        "recording answered {}: {}",
                        answer.status,
                        String::from_utf8_lossy(&answer.body)
                    );
                }
                Ok(client)
            });
        }
        while let Some(client) = sending.join_next().await {
            clients.push(client??);
        }
        time += begin.elapsed();
    }
}

fn next(bodies: &Mutex<impl Iterator<Item = Bytes>>) -> Option<Bytes> {
    bodies.lock().ok()?.next()
}

fn body(indexes: Range<u64>, size: u64) -> Bytes {
    let mut lines = String::new();
    for index in indexes {
        rows::row(index, size).write_json(&mut lines);
    }
    lines.into()
}
