//! Who is to be woken when something happened to an agent's executions. A signal says "look": what happened is in the
//! log, so a signal too many is harmless, and one that is lost is made up for within a second.

use crate::{StoreError, backend::Backend, tasks::insert};
use domain::OrganizationId;
use parking_lot::{Mutex, MutexGuard};
use sqlx::postgres::PgListener;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time::MissedTickBehavior};

/// The channel on which PostgreSQL tells every server of an agent, as `organization/agent_key`.
pub(crate) const CHANNEL: &str = "agent_ledger_events";
/// How often the logs of watched agents are looked at without a signal: for other processes on a SQLite file, and for
/// what a lost connection to PostgreSQL did not tell.
const POLL: Duration = Duration::from_millis(500);
/// Pause after a failed look or connection.
const RETRY: Duration = Duration::from_secs(1);

type Key = (OrganizationId, i64);

/// The agents that are watched, and tasks.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    watched: Mutex<BTreeMap<Key, watch::Sender<()>>>,
    /// A task was added.
    tasks: watch::Sender<()>,
    is_followed: AtomicBool,
}

/// Watches one agent's log, or for tasks.
pub struct Watch(watch::Receiver<()>);

impl Watch {
    /// Waits until something may have happened since the last call; of several signals meanwhile one is kept.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // The store is gone, so nothing will happen.
            std::future::pending::<()>().await;
        }
    }
}

impl Signals {
    /// Watches an agent. The first watch starts to follow what other processes write.
    pub(super) fn watch(
        signals: &Arc<Self>,
        backend: &Backend,
        organization: OrganizationId,
        agent_key: i64,
    ) -> Watch {
        let receiver = {
            let mut watched = signals.watched();
            watched.retain(|_, sender| sender.receiver_count() > 0);
            watched
                .entry((organization, agent_key))
                .or_insert_with(|| watch::Sender::new(()))
                .subscribe()
        };
        Self::follow(signals, backend);
        Watch(receiver)
    }

    /// Watches for tasks that are added. Other processes on a SQLite file wake nobody.
    pub(super) fn watch_tasks(signals: &Arc<Self>, backend: &Backend) -> Watch {
        Self::follow(signals, backend);
        Watch(signals.tasks.subscribe())
    }

    /// Starts to follow what other processes write, once.
    fn follow(signals: &Arc<Self>, backend: &Backend) {
        if !signals.is_followed.swap(true, Ordering::AcqRel) {
            let follower = Arc::downgrade(signals);
            tokio::spawn(poll(follower.clone(), backend.clone()));
            if let Backend::Postgres(pool) = backend {
                tokio::spawn(listen(follower, pool.clone()));
            }
        }
    }

    /// Wakes whoever watches for tasks.
    pub(crate) fn raise_tasks(&self) {
        self.tasks.send_replace(());
    }

    /// Wakes whoever watches one of these agents.
    pub(crate) fn raise(&self, agents: impl IntoIterator<Item = Key>) {
        let watched = self.watched();
        if watched.is_empty() {
            return;
        }
        for key in agents {
            if let Some(sender) = watched.get(&key) {
                sender.send_replace(());
            }
        }
    }

    fn raise_all(&self) {
        self.raise_tasks();
        self.watched().values().for_each(|sender| {
            sender.send_replace(());
        });
    }

    fn keys(&self) -> Vec<Key> {
        let watched = self.watched();
        let keys = watched.iter().filter(|(_, sender)| sender.receiver_count() > 0);
        keys.map(|(key, _)| *key).collect()
    }

    fn watched(&self) -> MutexGuard<'_, BTreeMap<Key, watch::Sender<()>>> {
        self.watched.lock()
    }
}

/// Looks at the newest positions of the watched agents again and again, until the store is closed.
async fn poll(signals: Weak<Signals>, backend: Backend) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen: HashMap<Key, i64> = HashMap::new();
    loop {
        ticks.tick().await;
        let Some(keys) = signals.upgrade().map(|signals| signals.keys()) else {
            return;
        };
        if keys.is_empty() {
            seen.clear();
            continue;
        }
        let found = match newest_of(&backend, &keys).await {
            Ok(found) => found,
            Err(StoreError::Database(error)) if matches!(*error, sqlx::Error::PoolClosed) => return,
            Err(error) => {
                tracing::debug!(%error, "the event logs could not be looked at");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        };
        let moved = found
            .iter()
            .filter(|(key, position)| seen.get(key) != Some(position));
        if let Some(signals) = signals.upgrade() {
            signals.raise(moved.map(|(key, _)| *key));
        }
        seen = found.into_iter().collect();
    }
}

/// The newest positions in the logs of these agents, in one statement.
async fn newest_of(backend: &Backend, keys: &[Key]) -> Result<Vec<(Key, i64)>, StoreError> {
    let (organizations, agents): (Vec<i64>, Vec<i64>) = keys
        .iter()
        .map(|(organization, agent)| (organization.0, *agent))
        .unzip();
    let rows: Vec<(i64, i64, i64)> = match backend {
        Backend::Sqlite(pool) => {
            let wanted: Vec<_> = organizations.into_iter().zip(agents).collect();
            let wanted = serde_json::to_string(&wanted).map_err(crate::row::decode_error)?;
            sqlx::query_as(
                "SELECT w.value ->> 0, w.value ->> 1, COALESCE((SELECT MAX(l.position) FROM execution_log l
                     WHERE l.organization_id = w.value ->> 0 AND l.agent_key = w.value ->> 1), 0)
                 FROM json_each($1) w",
            )
            .bind(wanted)
            .fetch_all(pool)
            .await?
        }
        Backend::Postgres(pool) => {
            sqlx::query_as(
                "SELECT w.organization_id, w.agent_key, COALESCE((SELECT MAX(l.position)
                 FROM execution_log l
                     WHERE l.organization_id = w.organization_id AND l.agent_key = w.agent_key), 0)
                 FROM UNNEST($1::bigint[], $2::bigint[]) AS w (organization_id, agent_key)",
            )
            .bind(organizations)
            .bind(agents)
            .fetch_all(pool)
            .await?
        }
    };
    let keyed = rows.into_iter();
    Ok(keyed
        .map(|(organization, agent, position)| ((OrganizationId(organization), agent), position))
        .collect())
}

/// Passes on what other servers on the same PostgreSQL tell, until the store is closed. The connection is made again
/// whenever it is lost.
async fn listen(signals: Weak<Signals>, pool: sqlx::PgPool) {
    while !pool.is_closed() && signals.strong_count() > 0 {
        if let Err(error) = listen_once(&signals, &pool).await {
            if matches!(error, sqlx::Error::PoolClosed) {
                return;
            }
            tracing::debug!(%error, "the connection that listens for events is made again");
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn listen_once(signals: &Weak<Signals>, pool: &sqlx::PgPool) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([CHANNEL, insert::CHANNEL]).await?;
    loop {
        let notification = listener.try_recv().await?;
        let Some(signals) = signals.upgrade() else {
            return Ok(());
        };
        match notification {
            Some(notification) if notification.channel() == insert::CHANNEL => signals.raise_tasks(),
            Some(notification) => signals.raise(key(notification.payload())),
            // What was told while the connection was away is lost.
            None => signals.raise_all(),
        }
    }
}

fn key(payload: &str) -> Option<Key> {
    let (organization, agent) = payload.split_once('/')?;
    Some((OrganizationId(organization.parse().ok()?), agent.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_names_an_agent() {
        assert_eq!(key("12/3"), Some((OrganizationId(12), 3)));
        for other in ["", "12", "12/", "/3", "a/b", "1/2/3"] {
            assert_eq!(key(other), None, "{other}");
        }
    }
}
