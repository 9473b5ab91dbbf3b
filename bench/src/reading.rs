//! Reading over HTTP: pages of the list, details, the page as HTML.

use crate::{
    client::Client,
    ledger::{Ledger, Server},
    rows,
    statistics::Latency,
};
use anyhow::{Context, Result, ensure};
use chrono::Days;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Calls of each kind that are timed, and calls before them that are not.
const CALLS: usize = 300;
const WARM_UP: usize = 20;
/// No kind of call is timed for longer.
const LONGEST: Duration = Duration::from_secs(10);
/// Rows on a page.
const LIMIT: u64 = 20;

/// What a filter costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Status, source and dates: the counts know the answer.
    Counted,
    /// Model, version, error code or key.
    Scanned,
}

/// Pages of the list under one filter.
pub struct Pages {
    pub name: &'static str,
    pub kind: Kind,
    pub total: u64,
    /// First, middle and last.
    pub latencies: [Latency; 3],
}

/// Times the first, the middle and the last page of several filters.
pub async fn list(ledger: &Ledger, server: &Server) -> Result<Vec<Pages>> {
    let year_end = domain::time::from_micros(rows::END * 1_000_000).date_naive();
    let (from, to) = (year_end - Days::new(100), year_end - Days::new(40));
    let dates = format!("status=failed&source=api&startDate={from}&endDate={to}");
    let filters = [
        ("no filter", Kind::Counted, String::new()),
        ("rare status", Kind::Counted, "status=unauthorized".to_owned()),
        ("status, source, dates", Kind::Counted, dates),
        ("model", Kind::Scanned, "model=gpt-4o".to_owned()),
    ];
    let mut client = server.api().await?;
    let mut pages = Vec::new();
    for (name, kind, filter) in filters {
        let path = |offset: u64| format!("{}?limit={LIMIT}&offset={offset}&{filter}", ledger.executions());
        let first: Value = serde_json::from_slice(&client.get(&path(0)).await?.body)?;
        let total = first["pagination"]["total"]
            .as_u64()
            .context("the list has no total")?;
        let last = total.saturating_sub(1) / LIMIT * LIMIT;
        let mut latencies = Vec::new();
        for offset in [0, last / 2 / LIMIT * LIMIT, last] {
            let path = path(offset);
            latencies.push(time(&mut client, |_| path.clone()).await?);
        }
        pages.push(Pages {
            name,
            kind,
            total,
            latencies: latencies.try_into().ok().context("three pages were timed")?,
        });
    }
    Ok(pages)
}

/// Times details of executions from all over the history.
pub async fn detail(ledger: &Ledger, server: &Server, size: u64) -> Result<Latency> {
    let mut client = server.api().await?;
    // A step that shares no factor with round sizes, so that every call asks for another row.
    let index = |call: usize| (call as u64 * 7_919) % size;
    time(&mut client, |call| {
        format!("{}/{}", ledger.executions(), rows::row(index(call), size).id)
    })
    .await
}

/// Times the first page as HTML, as somebody who is signed in gets it, and answers what it was last time.
pub async fn html(ledger: &Ledger, server: &Server) -> Result<(Latency, String)> {
    let mut client = server.browser().await?;
    let page = ledger.page();
    let latency = time(&mut client, |_| page.clone()).await?;
    let html = String::from_utf8(client.get(&page).await?.body.to_vec())?;
    ensure!(html.contains("exec_"), "the page shows no execution");
    Ok((latency, html))
}

async fn time(client: &mut Client, path: impl Fn(usize) -> String) -> Result<Latency> {
    let begin = Instant::now();
    let mut times = Vec::with_capacity(CALLS);
    for call in 0..WARM_UP + CALLS {
        let path = path(call);
        let start = Instant::now();
        client.get(&path).await?;
        if call >= WARM_UP {
            times.push(start.elapsed());
        }
        if begin.elapsed() > LONGEST && !times.is_empty() {
            break;
        }
    }
    Latency::of(times).context("nothing was timed")
}
