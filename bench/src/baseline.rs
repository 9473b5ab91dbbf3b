//! Raw SQLite on the same rows: what the ledger is compared with.

use crate::{rows, statistics};
use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, params};
use std::{
    io::{BufRead, BufReader},
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Rows in one transaction, where many are inserted.
const TRANSACTION: usize = 500;

/// One table with the text uncompressed, three indexes, and a commit that is durable.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE executions (
        id INTEGER PRIMARY KEY, execution_id TEXT NOT NULL, agent_id TEXT NOT NULL, executed_at INTEGER NOT NULL,
        status TEXT NOT NULL, source TEXT NOT NULL, latency_ms INTEGER, input_tokens INTEGER, output_tokens INTEGER,
        cost_nanos INTEGER, model TEXT, version TEXT, error_code TEXT, user_prompt TEXT, output_text TEXT
    );
    CREATE UNIQUE INDEX by_id ON executions (execution_id);
    CREATE INDEX by_time ON executions (agent_id, executed_at, execution_id);
    CREATE INDEX by_status ON executions (agent_id, status, executed_at);";

const INSERT: &str = "INSERT INTO executions (execution_id, agent_id, executed_at, status, source, latency_ms, \
    input_tokens, output_tokens, cost_nanos, model, version, error_code, user_prompt, output_text) \
    VALUES (?1, 'agent_bench', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

/// The export's columns, newest first.
const EXPORT: &str = "SELECT execution_id, status, source, \
    strftime('%Y-%m-%dT%H:%M:%SZ', executed_at / 1000000, 'unixepoch'), latency_ms, input_tokens + output_tokens, \
    cost_nanos / 1e9, model, version FROM executions WHERE agent_id = 'agent_bench' \
    ORDER BY executed_at DESC, execution_id DESC";

/// A raw SQLite file.
pub struct Baseline {
    connection: Connection,
    path: PathBuf,
}

impl Baseline {
    /// An empty one.
    pub fn create(folder: &Path) -> Result<Self> {
        let path = folder.join("raw.db");
        let connection = Connection::open(&path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection, path })
    }

    /// Inserts rows, many in a transaction; answers how many a second. Making the rows does not count.
    pub fn insert(&mut self, indexes: Range<u64>, size: u64) -> Result<f64> {
        self.insert_by(TRANSACTION, indexes, size)
    }

    /// Inserts rows, each in a durable transaction of its own.
    pub fn insert_singly(&mut self, indexes: Range<u64>, size: u64) -> Result<f64> {
        self.insert_by(1, indexes, size)
    }

    fn insert_by(&mut self, transaction_rows: usize, indexes: Range<u64>, size: u64) -> Result<f64> {
        let count = indexes.end - indexes.start;
        let mut time = Duration::ZERO;
        for start in indexes.clone().step_by(transaction_rows) {
            let end = (start + transaction_rows as u64).min(indexes.end);
            let rows: Vec<_> = (start..end).map(|index| rows::row(index, size)).collect();
            let begin = Instant::now();
            let transaction = self.connection.transaction()?;
            {
                let mut insert = transaction.prepare_cached(INSERT)?;
                for row in &rows {
                    insert.execute(params![
                        row.id,
                        row.executed_at,
                        row.status,
                        row.source,
                        row.latency_ms,
                        row.input_tokens,
                        row.output_tokens,
                        row.cost_nanos,
                        row.model,
                        row.version,
                        row.error_code,
                        row.user_prompt,
                        row.output_text,
                    ])?;
                }
            }
            transaction.commit()?;
            time += begin.elapsed();
        }
        Ok(statistics::rate(count, time))
    }

    /// Rows a second that `sqlite3 -csv` writes; `None` where there is no such program.
    pub fn export(&self) -> Result<Option<f64>> {
        let begin = Instant::now();
        let started = Command::new("sqlite3")
            .args(["-csv", "-readonly"])
            .arg(&self.path)
            .arg(EXPORT)
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut process) = started else {
            return Ok(None);
        };
        let output = process.stdout.take().context("sqlite3 has no output")?;
        let lines = count_lines(BufReader::with_capacity(1 << 18, output))?;
        let time = begin.elapsed();
        ensure!(process.wait()?.success(), "sqlite3 -csv failed");
        Ok(Some(statistics::rate(lines, time)))
    }
}

fn count_lines(mut input: impl BufRead) -> Result<u64> {
    let mut lines = 0;
    loop {
        let piece = input.fill_buf()?;
        if piece.is_empty() {
            return Ok(lines);
        }
        lines += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
        let length = piece.len();
        input.consume(length);
    }
}
