//! Who watches which agent.

use super::{
    places::{Bound, Most, Places},
    stream::{Reader, stream},
    subscription::Subscription,
    topic::Topic,
};
use crate::{credentials::Permit, limits::Limits};
use axum::body::Bytes;
use domain::{AgentId, EventPosition, OrganizationId};
use futures_util::Stream;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Weak},
    time::Duration,
};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// Streams that may be open at once.
const STREAMS: usize = 10_000;
/// How often a stream shows that it is alive, and whoever reads it is asked again whether they may.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Why a stream is not opened.
#[derive(Debug)]
pub enum Refusal {
    /// As many are open as may be.
    TooMany(Bound),
    /// The server is stopping.
    Stopping,
    /// The store failed.
    Store(StoreError),
}

impl From<Bound> for Refusal {
    fn from(bound: Bound) -> Self {
        Self::TooMany(bound)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Every open stream of this server. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    store: Store,
    heartbeat: Duration,
    /// An agent is here as long as somebody watches it.
    topics: Mutex<HashMap<(OrganizationId, AgentId), Weak<Topic>>>,
    places: Places,
    closing: CancellationToken,
}

impl Hub {
    /// A hub without streams. `heartbeat` is 15 seconds unless given.
    pub fn new(store: Store, heartbeat: Option<Duration>, limits: &Limits) -> Self {
        let most = Most {
            all: STREAMS,
            of_follower: limits.streams_per_key,
            of_organization: limits.streams_per_organization,
        };
        Self(Arc::new(Shared {
            store,
            heartbeat: heartbeat.unwrap_or(HEARTBEAT),
            topics: Mutex::default(),
            places: Places::new(most),
            closing: CancellationToken::new(),
        }))
    }

    /// Ends every stream, and opens no other.
    pub fn close(&self) {
        self.0.closing.cancel();
    }

    /// Opens a stream, which lasts as long as the permit.
    pub async fn open(
        &self,
        subscription: Subscription,
        permit: Permit,
    ) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + use<>, Refusal> {
        let Shared { store, places, .. } = &*self.0;
        if self.0.closing.is_cancelled() {
            return Err(Refusal::Stopping);
        }
        let place = places.take(subscription.organization, subscription.follower.clone())?;
        let newest = store
            .event_position(subscription.organization, &subscription.agent)
            .await?;
        let after = subscription.after.unwrap_or(newest);
        let topic = self.topic(subscription.organization, &subscription.agent, newest);
        // Before the log is read, so that nothing falls between what is read there and what is told from now on.
        let told = topic.subscribe();
        let check = topic.check(permit);
        let mut reader = Reader::new(store.clone(), subscription, told, check, (topic, place), after);
        reader.catch_up().await?;
        Ok(stream(reader, self.0.heartbeat, self.0.closing.clone()))
    }

    /// The agent's topic; where nobody watches it yet, one that follows from `position`.
    fn topic(&self, organization: OrganizationId, agent: &AgentId, position: EventPosition) -> Arc<Topic> {
        let mut topics = self.0.topics.lock();
        let key = (organization, agent.clone());
        if let Some(topic) = topics.get(&key).and_then(Weak::upgrade) {
            return topic;
        }
        topics.retain(|_, topic| topic.strong_count() > 0);
        let topic = Topic::follow(self.0.store.clone(), organization, agent.clone(), position);
        let topic = Arc::new(topic);
        topics.insert(key, Arc::downgrade(&topic));
        topic
    }
}
