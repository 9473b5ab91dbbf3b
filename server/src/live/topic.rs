//! One watched agent: a task that follows its log, and the channel to its streams. Both end with the last stream.

use super::{
    check::{Check, Checks},
    frame::LiveEvent,
};
use crate::credentials::Permit;
use domain::{AgentId, EventPosition, OrganizationId};
use std::{sync::Arc, time::Duration};
use store::{Events, Store};
use tokio::{
    sync::broadcast,
    task::JoinHandle,
    time::{Instant, sleep},
};

/// Events that are handed on together.
const BATCH: usize = 100;
/// Batches that a stream may be behind. With rows of 600 bytes, 2 MB at most are kept for the slowest.
const BATCHES_BEHIND: usize = 32;
/// Events that are read at once. Where more happened, reading the list again is less work for everyone.
const MOST: u32 = (BATCH * BATCHES_BEHIND) as u32;
/// The shortest time from one reading to the next: what happens meanwhile is told together. It bounds the load of a
/// busy agent on the database and on the streams, and an event after a pause is told at once.
const PACE: Duration = Duration::from_millis(25);
/// Pause after a reading that failed.
const RETRY: Duration = Duration::from_secs(1);

/// What streams are told, and when.
#[derive(Debug, Clone)]
pub enum Told {
    /// This happened.
    Events(Instant, Arc<[LiveEvent]>),
    /// More happened than is told; all up to here is to be read again.
    Resync(Instant, EventPosition),
}

impl Told {
    /// When it was told.
    pub fn at(&self) -> Instant {
        match self {
            Self::Events(at, _) | Self::Resync(at, _) => *at,
        }
    }
}

/// A watched agent.
#[derive(Debug)]
pub struct Topic {
    sender: broadcast::Sender<Told>,
    checks: Checks,
    reader: JoinHandle<()>,
}

impl Topic {
    /// Follows the agent's log from `position`.
    pub fn follow(
        store: Store,
        organization: OrganizationId,
        agent: AgentId,
        position: EventPosition,
    ) -> Self {
        let (sender, _) = broadcast::channel(BATCHES_BEHIND);
        let reader = tokio::spawn(read(store, organization, agent, position, sender.clone()));
        Self {
            sender,
            checks: Checks::default(),
            reader,
        }
    }

    /// What is known of somebody who reads it.
    pub fn check(&self, permit: Permit) -> Arc<Check> {
        self.checks.of(permit)
    }

    /// What is told from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Told> {
        self.sender.subscribe()
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn read(
    store: Store,
    organization: OrganizationId,
    agent: AgentId,
    mut position: EventPosition,
    sender: broadcast::Sender<Told>,
) {
    let mut watch = loop {
        match store.watch(organization, &agent).await {
            Ok(watch) => break watch,
            Err(error) => tracing::warn!(%agent, %error, "an agent's events cannot be watched"),
        }
        sleep(RETRY).await;
    };
    loop {
        match store.events_since(organization, &agent, position, MOST).await {
            Ok(Events::Told {
                events,
                position: reached,
            }) => {
                position = reached;
                let mut events = events.into_iter().map(LiveEvent::new).peekable();
                while events.peek().is_some() {
                    // Nobody may be there to hear it.
                    let _ = sender.send(Told::Events(
                        Instant::now(),
                        events.by_ref().take(BATCH).collect(),
                    ));
                }
            }
            Ok(Events::OutOfReach(newest)) => {
                position = newest;
                let _ = sender.send(Told::Resync(Instant::now(), newest));
            }
            Err(error) => {
                tracing::warn!(%agent, %error, "an agent's events cannot be read");
                sleep(RETRY).await;
                continue;
            }
        }
        sleep(PACE).await;
        watch.changed().await;
    }
}
