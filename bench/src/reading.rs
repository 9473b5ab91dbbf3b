//! Reading over HTTP: pages of the list, details, the page as HTML.

use crate::{
    ledger::{Ledger, Server},
    rows,
    statistics::Latency,
};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use chrono::Days;
use hyper::Method;
use serde_json::Value;
use std::time::{Duration, Instant};
use testkit::Client;

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

/// Times the first page of the unfiltered list.
pub async fn first_page(ledger: &Ledger, server: &Server) -> Result<Latency> {
    let mut client = server.api().await?;
    let path = format!("{}?limit={LIMIT}", ledger.executions());
    time(&mut client, |_| path.clone()).await
}

/// Times details of executions from all over the history: of successes, and of those that come with hints.
pub async fn details(ledger: &Ledger, server: &Server, size: u64) -> Result<[Latency; 2]> {
    let mut client = server.api().await?;
    // A step that shares no factor with round sizes, so that every call asks for another row.
    let rows = (0..size).map(|call| rows::row((call * 7_919) % size, size));
    let (mut successes, mut others) = (Vec::new(), Vec::new());
    for row in rows {
        let ids = if row.status == "success" {
            &mut successes
        } else {
            &mut others
        };
        ids.push(row.id);
        if successes.len().min(others.len()) >= WARM_UP + CALLS {
            break;
        }
    }
    let mut latencies = Vec::new();
    for ids in [successes, others] {
        ensure!(!ids.is_empty(), "the history has no such execution");
        let path = |call: usize| format!("{}/{}", ledger.executions(), ids[call % ids.len()]);
        latencies.push(time(&mut client, path).await?);
    }
    latencies.try_into().ok().context("two kinds were timed")
}

/// Ranges of which the strip is timed, in days back from the history's end; none means all of it.
const RANGES: [Option<u64>; 4] = [None, Some(90), Some(30), Some(7)];

/// Times the strip above the list, as a page asks for it, in a zone whose days cover no UTC day.
pub async fn strips(ledger: &Ledger, server: &Server) -> Result<Vec<(String, Latency)>> {
    let mut client = server.page().await?;
    let year_end = domain::time::from_micros(rows::END * 1_000_000).date_naive();
    let mut strips = Vec::new();
    for range in RANGES {
        let dates = match range {
            None => String::new(),
            Some(days) => {
                let from = year_end - Days::new(days);
                let to = year_end - Days::new(1);
                format!("%26startDate%3D{from}%26endDate%3D{to}")
            }
        };
        let body = format!(
            "agent_id={}&query=timeZone%3DAsia%252FKathmandu{dates}",
            ledger.agent
        );
        let name = range.map_or_else(
            || "strip, all of history".to_owned(),
            |days| format!("strip, {days} days"),
        );
        let latency = time_calls(&mut client, |_| {
            (Method::POST, "/_fn/strip".to_owned(), body.clone().into())
        });
        strips.push((name, latency.await?));
    }
    Ok(strips)
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
    time_calls(client, |call| (Method::GET, path(call), Bytes::new())).await
}

async fn time_calls(
    client: &mut Client,
    request: impl Fn(usize) -> (Method, String, Bytes),
) -> Result<Latency> {
    let begin = Instant::now();
    let mut times = Vec::with_capacity(CALLS);
    for call in 0..WARM_UP + CALLS {
        let (method, path, body) = request(call);
        let start = Instant::now();
        let answer = client.call(method, &path, body).await?;
        ensure!(answer.status.is_success(), "{path} answered {}", answer.status);
        if call >= WARM_UP {
            times.push(start.elapsed());
        }
        if begin.elapsed() > LONGEST && !times.is_empty() {
            break;
        }
    }
    Latency::of(times).context("nothing was timed")
}
