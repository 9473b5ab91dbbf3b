//! The sample agents at work: each begins a run every few seconds, and some take a while to end.

use super::{DemoError, Unfinished, cast::Cast, run};
use crate::clock;
use chrono::Duration as Span;
use rand::{RngExt, rngs::StdRng};
use std::{collections::BTreeMap, ops::Range, time::Duration};
use store::Store;
use tokio::time::Instant;

/// Milliseconds from one run of an agent to its next: never five seconds.
const PAUSE_MS: Range<u64> = 1_800..4_600;
/// Milliseconds that a run takes which is seen running.
const VISIBLE_MS: Range<i64> = 2_000..9_000;
/// Share of runs that are seen running.
const VISIBLE: f64 = 0.4;

/// What comes next.
enum Event {
    /// The agent of that index begins a run.
    Begin(usize),
    /// A run ends.
    End(Unfinished),
}

/// The agents at work.
pub struct Live {
    store: Store,
    cast: Cast,
    rng: StdRng,
    /// By time; the number tells apart what happens at the same one.
    events: BTreeMap<(Instant, u64), Event>,
    number: u64,
}

impl Live {
    /// Agents that begin at once, and runs that end soon.
    pub fn new(store: Store, cast: Cast, unfinished: Vec<Unfinished>, rng: StdRng) -> Self {
        let mut live = Self {
            store,
            cast,
            rng,
            events: BTreeMap::new(),
            number: 0,
        };
        for unfinished in unfinished {
            let delay = live.rng.random_range(VISIBLE_MS);
            live.end_later(unfinished, delay);
        }
        for agent in 0..live.cast.agents.len() {
            let pause = live.rng.random_range(0..PAUSE_MS.start);
            live.schedule(Duration::from_millis(pause), Event::Begin(agent));
        }
        live
    }

    /// Works for ever. What the store refuses is logged, and the next run tries again.
    pub async fn run(&mut self) {
        while let Some(((when, _), event)) = self.events.pop_first() {
            tokio::time::sleep_until(when).await;
            let done = match event {
                Event::Begin(agent) => {
                    let pause = self.rng.random_range(PAUSE_MS);
                    self.schedule(Duration::from_millis(pause), Event::Begin(agent));
                    self.begin(agent).await
                }
                Event::End(run) => self.end(run).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "the demo could not record a run");
            }
        }
    }

    fn schedule(&mut self, delay: Duration, event: Event) {
        self.number += 1;
        self.events.insert((Instant::now() + delay, self.number), event);
    }

    fn end_later(&mut self, mut run: Unfinished, delay_ms: i64) {
        let started = run.end.executed_at;
        let until_now = started.map_or(0, |started| (clock::now() - started).num_milliseconds());
        run.end.latency_ms = Some(until_now + delay_ms);
        self.schedule(Duration::from_millis(delay_ms.unsigned_abs()), Event::End(run));
    }

    async fn begin(&mut self, agent: usize) -> Result<(), DemoError> {
        let now = clock::now();
        let (agent_id, sample) = self.cast.agents[agent].clone();
        let caller = self.cast.caller(&mut self.rng, sample);
        let mut ended = run::ended(&mut self.rng, sample, &caller, now, now)?;
        let id = ended
            .execution_id
            .clone()
            .filter(|_| self.rng.random_bool(VISIBLE));
        let recorded = if id.is_some() {
            run::begun(&ended)
        } else {
            ended.executed_at = Some(now - Span::milliseconds(ended.latency_ms.unwrap_or(0)));
            ended.clone()
        };
        self.store
            .record(
                self.cast.organization,
                &agent_id,
                &self.cast.key(caller.key),
                now,
                vec![recorded],
            )
            .await?;
        if let Some(id) = id {
            let delay = self.rng.random_range(VISIBLE_MS);
            self.end_later(
                Unfinished {
                    agent,
                    id,
                    end: Box::new(ended),
                },
                delay,
            );
        }
        Ok(())
    }

    async fn end(&self, run: Unfinished) -> Result<(), DemoError> {
        let agent = &self.cast.agents[run.agent].0;
        self.store
            .amend(self.cast.organization, agent, &run.id, *run.end, clock::now())
            .await?;
        Ok(())
    }
}
