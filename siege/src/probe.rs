//! Somebody else, in an organization and at an address of their own, who records all the while.

use crate::{
    arena::{Arena, PATIENCE},
    exchange::Request,
    fixture::Fixture,
    report::Figure,
    sources::PROBE,
};
use anyhow::{Context, Result};
use serde_json::json;
use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::Client;
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

/// From one execution to the next.
const EVERY: Duration = Duration::from_millis(100);
/// For how long nothing may be recorded.
const STRETCH: Duration = Duration::from_secs(5);

/// A probe at work.
pub struct Probe {
    task: JoinHandle<Seen>,
    is_over: Arc<AtomicBool>,
}

/// What a probe saw.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<String>,
    put_off: usize,
    faults: Vec<String>,
    longest: Duration,
}

impl Probe {
    /// Begins to record; `name` makes the identifiers its own.
    pub fn begin(arena: Arc<Arena>, name: String) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(probe(arena, name, is_over.clone()));
        Self { task, is_over }
    }

    /// Ends, and tells what was seen and which executions were acknowledged.
    pub async fn end(self) -> Result<(Vec<Figure>, Vec<String>)> {
        self.is_over.store(true, Ordering::Relaxed);
        let seen = self.task.await.context("the probe panicked")?;
        let figures = vec![
            Figure::plain(
                "bystander's executions",
                format!("{} recorded, {} put off", seen.acknowledged.len(), seen.put_off),
            ),
            Figure::at_most("bystander, longest without one", seen.longest, STRETCH),
            Figure::faults("bystander, other answers", &seen.faults),
        ];
        Ok((figures, seen.acknowledged))
    }
}

async fn probe(arena: Arc<Arena>, name: String, is_over: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    for number in 0.. {
        ticks.tick().await;
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let id = format!("{name}_{number}");
        let body = json!({ "executionId": id, "status": "success", "outputText": "as always" }).to_string();
        let path = Fixture::executions(&arena.fixture.bystander);
        let request = Request::json("POST", path, body).with_key(&arena.fixture.bystander_key);
        let outcome = request.send(PROBE, arena.address, PATIENCE).await;
        match outcome.answer() {
            Some(answer) if answer.status == 201 => {
                seen.acknowledged.push(id);
                seen.longest = seen.longest.max(last.elapsed());
                last = Instant::now();
            }
            Some(answer) if answer.is_put_off() => seen.put_off += 1,
            _ => seen.faults.push(outcome.to_string()),
        }
    }
    seen.longest = seen.longest.max(last.elapsed());
    seen
}

/// Which of the executions that were acknowledged are not there.
pub async fn missing(fixture: &Fixture, address: SocketAddr, acknowledged: &[String]) -> Result<Vec<String>> {
    let bearer = format!("Bearer {}", fixture.bystander_key);
    let mut client = Client::connect(address, &[("authorization", &bearer)]).await?;
    let path = format!("{}/export?format=csv", Fixture::executions(&fixture.bystander));
    let answer = client.get(&path).await?;
    let text = String::from_utf8_lossy(&answer.body);
    Ok(absent(&text, acknowledged))
}

fn absent(csv: &str, ids: &[String]) -> Vec<String> {
    let there: HashSet<_> = csv
        .split([',', '\n', '\r', '"'])
        .filter(|word| !word.is_empty())
        .collect();
    ids.iter()
        .filter(|id| !there.contains(id.as_str()))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_named() {
        let ids = ["a_1", "a_10", "a_2"].map(str::to_owned);
        assert_eq!(
            absent("id,status\r\na_10,success\r\n\"a_2\",success\r\n", &ids),
            ["a_1"]
        );
    }
}
