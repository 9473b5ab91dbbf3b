//! Exporting the whole history over HTTP, and what that does to the memory.

use crate::{
    ledger::{Ledger, Server},
    memory::Memory,
    statistics,
};
use anyhow::{Result, ensure};
use std::time::Instant;

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
