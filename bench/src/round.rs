//! One size of history: filled, recorded into, read, exported, deleted.

use crate::{
    baseline::Baseline,
    browser::{self, Amounts},
    export,
    ledger::{Ledger, Server},
    live,
    reading::{self, Kind},
    recording::{self, BATCHES, FILL, SINGLES},
    report::{Report, count, kb, mib, millis, per_second},
    retention, sizes,
};
use anyhow::Result;
use std::{path::Path, time::Duration};
use testkit::TestDatabase;

/// Most executions that are recorded against the clock, in batches and one by one; the rest fills the history before.
const TIMED_BATCHES: u64 = 30_000;
const TIMED_SINGLES: u64 = 4_000;
/// Raw SQLite keeps no more rows than this: its file grows by 2.7 GB a million.
const MOST_RAW: u64 = 1_000_000;

const LIST: Duration = Duration::from_millis(2);
/// A share of two cores for each of the two exports, the one who lists and the server's answer.
const LIST_MEANWHILE: Duration = Duration::from_millis(10);
const LIST_SCANNED: Duration = Duration::from_millis(20);
const DETAIL: Duration = Duration::from_millis(2);
/// Whoever reads hints waits for them, and only where something failed.
const HINTS: Duration = Duration::from_millis(50);
const STRIP: Duration = Duration::from_millis(5);
const HTML: Duration = Duration::from_millis(8);
const START: Duration = Duration::from_millis(150);
const IDLE_MIB: u64 = 40;
const BINARY_MIB: u64 = 30;
const WASM_BROTLI_KB: u64 = 250;
const EVENT: Duration = Duration::from_millis(100);
/// The one writer removes a hundred executions at a time in between; who records waits for one such transaction.
const LIST_RETAINED: Duration = Duration::from_millis(10);
const RECORDING_RETAINED: Duration = Duration::from_millis(50);

/// What is measured beside the history itself.
#[derive(Debug, Clone, Copy)]
pub struct Besides {
    /// Many open streams.
    pub streams: bool,
    /// The history goes by retention, on PostgreSQL too where a server is named.
    pub retention: bool,
}

/// Measures everything for one size and adds it to the report.
pub async fn run(
    binary: &Path,
    playwright: Option<&Path>,
    folder: &Path,
    size: u64,
    besides: Besides,
    report: &mut Report,
) -> Result<()> {
    report.section(format!("{} executions of one agent", count(size)));
    let raw = baseline(folder, size)?;
    let ledger = Ledger::create(binary, folder)?;
    record(&ledger, size, &raw, report).await?;

    let server = ledger.serve().await?;
    // Whatever a start puts off is done by then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    report.at_most("start to first answer", server.start, START);
    report.at_most_mebibytes("memory, idle after start", server.memory()?.now, IDLE_MIB);

    step(size, "reading");
    let mut slowest = Duration::ZERO;
    for pages in reading::list(&ledger, &server).await? {
        for (place, latency) in ["first", "middle", "last"].into_iter().zip(pages.latencies) {
            let budget = match pages.kind {
                Kind::Counted => LIST,
                Kind::Scanned => LIST_SCANNED,
            };
            if pages.kind == Kind::Counted {
                slowest = slowest.max(latency.p95);
            }
            let name = format!("list, {}, {place} page ({})", pages.name, count(pages.total));
            report.latency(name, latency, budget);
        }
    }
    report.slowest_list(size, slowest);
    let [success, failure] = reading::details(&ledger, &server, size).await?;
    report.latency("detail", success, DETAIL);
    report.latency("detail of a failure, with hints", failure, HINTS);
    for (name, latency) in reading::strips(&ledger, &server).await? {
        report.latency(name, latency, STRIP);
    }
    let (latency, html) = reading::html(&ledger, &server).await?;
    report.latency("first page as HTML", latency, HTML);
    let memory = server.memory()?;
    report.figure(
        "memory while reading, now and peak",
        format!("{}, {}", mib(memory.now), mib(memory.peak)),
    );

    step(size, "exporting");
    let exported = export::export(&ledger, &server, size).await?;
    match raw.export {
        Some(rate) => {
            report.figure("raw: sqlite3 -csv", per_second(rate));
            report.half_of_raw("export as CSV", exported.rate, rate);
        }
        None => report.figure(
            "export as CSV (no sqlite3 to compare with)",
            per_second(exported.rate),
        ),
    }
    report.figure("memory after the export, peak", mib(exported.memory.peak));
    report.latency(
        "list, first page, while two exports run",
        export::list_meanwhile(&ledger, &server).await?,
        LIST_MEANWHILE,
    );

    if let Some(playwright) = playwright {
        step(size, "browser");
        for figure in browser::measure(playwright, &ledger, &server).await? {
            match figure.amounts {
                Amounts::Time(time, budget) => report.at_most(figure.name, time, budget),
                Amounts::Bytes(bytes, budget) => report.at_most_kilobytes(figure.name, bytes, budget / 1_000),
            }
        }
    }

    let sizes = sizes::measure(binary, &server, &html).await?;
    report.at_most_mebibytes("binary", sizes.binary, BINARY_MIB);
    report.figure("WASM", kb(sizes.wasm));
    report.at_most_kilobytes("WASM, brotli", sizes.wasm_brotli, WASM_BROTLI_KB);
    server.stop().await?;
    if besides.streams {
        step(size, "streaming");
        // A server of its own, so that its memory is that of the streams.
        let server = ledger.serve().await?;
        follow(&ledger, &server, size, report).await?;
        server.stop().await?;
    }
    if besides.retention {
        retain(&ledger, size, report).await?;
        retain_on_postgres(binary, folder, size.min(MOST_RAW), report).await?;
    }
    Ok(())
}

/// A history that goes by retention; it is the last thing that is measured of it.
async fn retain(ledger: &Ledger, size: u64, report: &mut Report) -> Result<()> {
    step(size, "retention");
    let measured = retention::measure(ledger, size).await?;
    let recorded = format!("recording, batches of {}", retention::BATCH);
    report.times("list, paced, before retention", measured.before.list);
    report.latency(
        "list, paced, while retention deletes",
        measured.meanwhile.list,
        LIST_RETAINED,
    );
    report.times(
        format!("{recorded}, paced, before retention"),
        measured.before.recording,
    );
    report.latency(
        format!("{recorded}, paced, while it deletes"),
        measured.meanwhile.recording,
        RECORDING_RETAINED,
    );
    report.figure(
        format!("deleted by retention ({})", count(measured.removed)),
        per_second(measured.rate),
    );
    report.figure("memory after retention, peak", mib(measured.memory.peak));
    Ok(())
}

/// The same on PostgreSQL, where a server is named.
async fn retain_on_postgres(binary: &Path, folder: &Path, size: u64, report: &mut Report) -> Result<()> {
    let Some(database) = TestDatabase::postgres("retention").await? else {
        return Ok(());
    };
    report.section(format!("{} executions of one agent, on PostgreSQL", count(size)));
    let ledger = Ledger::create_on(binary, folder, database.url)?;
    let server = ledger.serve().await?;
    step(size, "filling PostgreSQL");
    let filled = recording::record(&ledger, &server, 0..size, size, FILL).await?;
    report.figure(name("filled", FILL), per_second(filled));
    server.stop().await?;
    retain(&ledger, size, report).await
}

/// Open streams, and what they cost.
async fn follow(ledger: &Ledger, server: &Server, size: u64, report: &mut Report) -> Result<()> {
    let measured = live::measure(ledger, server, size).await?;
    let streams = count(measured.streams);
    report.figure(
        format!("recorded to event, {streams} open streams, p50"),
        millis(measured.p50),
    );
    report.at_most(
        format!("recorded to event, {streams} open streams, p99"),
        measured.p99,
        EVENT,
    );
    report.figure("memory for each stream", kb(measured.bytes_per_stream));
    Ok(())
}

/// What raw SQLite reached.
struct Raw {
    batches: f64,
    singles: f64,
    export: Option<f64>,
}

/// How many executions are recorded before the clock runs, in batches and one by one.
fn shares(size: u64) -> (u64, u64, u64) {
    let batches = TIMED_BATCHES.min(size / 2);
    let singles = TIMED_SINGLES.min(size / 10);
    (size - batches - singles, batches, singles)
}

fn baseline(folder: &Path, size: u64) -> Result<Raw> {
    step(size, "raw SQLite");
    let size = size.min(MOST_RAW);
    let (fill, batches, _) = shares(size);
    let mut baseline = Baseline::create(folder)?;
    baseline.insert(0..fill, size)?;
    Ok(Raw {
        batches: baseline.insert(fill..fill + batches, size)?,
        singles: baseline.insert_singly(fill + batches..size, size)?,
        export: baseline.export()?,
    })
}

async fn record(ledger: &Ledger, size: u64, raw: &Raw, report: &mut Report) -> Result<()> {
    let (fill, batches, _) = shares(size);
    let server = ledger.serve().await?;
    step(size, "filling");
    let filled = recording::record(ledger, &server, 0..fill, size, FILL).await?;
    step(size, "recording");
    let timed = fill..fill + batches;
    let batched = recording::record(ledger, &server, timed, size, BATCHES).await?;
    let single = recording::record(ledger, &server, fill + batches..size, size, SINGLES).await?;
    let memory = server.memory()?;
    report.figure("raw: inserts, 500 a transaction", per_second(raw.batches));
    report.half_of_raw(name("recorded", BATCHES), batched, raw.batches);
    report.figure(name("filled", FILL), per_second(filled));
    report.figure("raw: inserts, one a transaction", per_second(raw.singles));
    report.figure(name("recorded", SINGLES), per_second(single));
    report.figure(
        "memory while recording, now and peak",
        format!("{}, {}", mib(memory.now), mib(memory.peak)),
    );
    server.stop().await?;
    report.figure("database", mib(ledger.bytes()?));
    Ok(())
}

fn name(verb: &str, load: recording::Load) -> String {
    format!(
        "{verb}, batches of {}, {} clients",
        count(load.batch),
        load.clients
    )
}

fn step(size: u64, name: &str) {
    eprintln!("▸ {}: {name}", count(size));
}
