//! Exporting the whole history over HTTP, and what that does to the memory.

use crate::{
    ledger::{Ledger, Server},
    statistics,
};
use crate::{reading, statistics::Latency};
use anyhow::{Context, Result, ensure};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};
use testkit::Memory;

/// Exports that run at once beside the list.
const AT_ONCE: usize = 2;

/// What an export reached.
pub struct Exported {
    /// Rows a second.
    pub rate: f64,
    /// Memory right after it.
    pub memory: Memory,
}

/// Exports everything as CSV; the header is no row.
pub async fn export(ledger: &Ledger, server: &Server, size: u64) -> Result<Exported> {
    let mut client = server.api().await?;
    let path = format!("{}/export?format=csv", ledger.executions());
    let mut lines = 0_u64;
    let begin = Instant::now();
    client
        .stream(&path, |piece| {
            lines += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
        })
        .await?;
    let time = begin.elapsed();
    ensure!(
        lines == size + 1,
        "the export has {lines} lines, not {size} and a header"
    );
    Ok(Exported {
        rate: statistics::rate(size, time),
        memory: server.memory()?,
    })
}

/// Times the first page of the list while several exports run, each read as fast as it comes.
pub async fn list_meanwhile(ledger: &Ledger, server: &Server) -> Result<Latency> {
    let ended = Arc::new(AtomicBool::new(false));
    let path = format!("{}/export?format=csv", ledger.executions());
    let mut readers = Vec::new();
    for _ in 0..AT_ONCE {
        let (connection, path, ended) = (server.connection(), path.clone(), ended.clone());
        readers.push(thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            while !ended.load(Ordering::Relaxed) {
                runtime.block_on(async {
                    let mut client = connection.open().await?;
                    client
                        .stream_while(&path, || !ended.load(Ordering::Relaxed))
                        .await
                })?;
            }
            Ok(())
        }));
    }
    let latency = reading::first_page(ledger, server).await;
    ended.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().ok().context("an export's reader panicked")??;
    }
    latency
}
