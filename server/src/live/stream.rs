//! One open stream: what its reader is told.

use super::{
    check::Check,
    frame::{self, LiveEvent},
    places::Place,
    subscription::Subscription,
    topic::{Told, Topic},
};
use axum::body::Bytes;
use domain::EventPosition;
use futures_util::{Stream, StreamExt, stream};
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use store::{Events, Store, StoreError};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use tokio_util::sync::CancellationToken;

/// Events that are told again to somebody who comes back. Who missed more is better served by the list.
const MOST_MISSED: u32 = 1_000;
/// When to come back after a stream broke off, in milliseconds: drawn anew for each, so that they don't all come at once.
const RETRY_MS: std::ops::Range<u64> = 500..2_500;

/// One who reads a stream.
pub struct Reader {
    store: Store,
    subscription: Subscription,
    told: Receiver<Told>,
    check: Arc<Check>,
    /// Kept as long as the stream is open.
    _held: (Arc<Topic>, Place),
    /// The last event that was told or left out.
    position: EventPosition,
    /// What is to be sent next.
    frames: VecDeque<Bytes>,
}

impl Reader {
    /// One who has seen everything up to `position`.
    pub fn new(
        store: Store,
        subscription: Subscription,
        told: Receiver<Told>,
        check: Arc<Check>,
        held: (Arc<Topic>, Place),
        position: EventPosition,
    ) -> Self {
        Self {
            store,
            subscription,
            told,
            check,
            _held: held,
            position,
            frames: VecDeque::new(),
        }
    }

    /// Begins the stream with what the log says since the reader's position.
    pub async fn catch_up(&mut self) -> Result<(), StoreError> {
        let Subscription {
            organization, agent, ..
        } = &self.subscription;
        let missed = self
            .store
            .events_since(*organization, agent, self.position, MOST_MISSED)
            .await?;
        let retry_ms = rand::random_range(RETRY_MS);
        match missed {
            Events::Told { events, position } => {
                self.frames.push_back(frame::opening(self.position, retry_ms));
                for event in events {
                    self.frames
                        .extend(LiveEvent::new(event).through(&self.subscription.filter));
                }
                self.position = position;
            }
            Events::OutOfReach(newest) => {
                self.frames.push_back(frame::opening(newest, retry_ms));
                self.resync(newest);
            }
        }
        Ok(())
    }

    /// Takes in what the topic tells.
    async fn hear(&mut self, told: Result<Told, RecvError>) -> Result<(), StoreError> {
        match told {
            Ok(Told::Events(_, events)) => {
                for event in events.iter().filter(|event| event.position() > self.position) {
                    self.frames.extend(event.through(&self.subscription.filter));
                }
                if let Some(last) = events.last() {
                    self.position = self.position.max(last.position());
                }
            }
            Ok(Told::Resync(_, newest)) => {
                if newest > self.position {
                    self.resync(newest);
                }
            }
            Err(RecvError::Lagged(_)) => {
                self.told = self.told.resubscribe();
                let Subscription {
                    organization, agent, ..
                } = &self.subscription;
                let newest = self.store.event_position(*organization, agent).await?;
                self.resync(newest);
            }
            // The topic is held here, so its channel is open.
            Err(RecvError::Closed) => {}
        }
        Ok(())
    }

    fn resync(&mut self, newest: EventPosition) {
        self.frames.push_back(frame::resync(newest));
        self.position = newest;
    }

    /// Whether the reader may know what was told at that moment.
    async fn still_may(&self, since: Instant) -> Result<bool, StoreError> {
        self.check.holds(&self.store, since).await
    }
}

/// The stream's body. It ends when the server closes, when the reader may not read any more, or with the connection.
pub fn stream(
    reader: Reader,
    heartbeat: Duration,
    closing: CancellationToken,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    // Many streams are opened at the same moment, after a restart; their checks are spread out.
    let first = Instant::now() + heartbeat.mul_f64(rand::random_range(0.5..1.0));
    let mut ticks = interval_at(first, heartbeat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold(
        (reader, ticks, closing),
        |(mut reader, mut ticks, closing)| async move {
            let frame = next(&mut reader, &mut ticks, &closing).await?;
            Some((Ok(frame), (reader, ticks, closing)))
        },
    )
    .fuse()
}

async fn next(reader: &mut Reader, ticks: &mut Interval, closing: &CancellationToken) -> Option<Bytes> {
    loop {
        if closing.is_cancelled() {
            return None;
        }
        if let Some(frame) = reader.frames.pop_front() {
            return Some(frame);
        }
        tokio::select! {
            biased;
            () = closing.cancelled() => return None,
            _ = ticks.tick() => {
                // While the store does not answer, nothing is told, so nothing is betrayed.
                if let Ok(false) = reader.still_may(Instant::now()).await {
                    return None;
                }
                reader.frames.push_back(frame::HEARTBEAT);
            }
            told = reader.told.recv() => {
                let since = told.as_ref().map_or_else(|_| Instant::now(), Told::at);
                let heard = match reader.still_may(since).await {
                    Ok(true) => reader.hear(told).await,
                    Ok(false) => return None,
                    Err(error) => Err(error),
                };
                if let Err(error) = heard {
                    // The reader comes back, and is told what it missed.
                    tracing::warn!(%error, "a stream broke off");
                    return None;
                }
            }
        }
    }
}
