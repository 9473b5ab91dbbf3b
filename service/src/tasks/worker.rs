//! The worker of a server: claims what is due, and does it.

use super::{Context, attempt::attempt, kind::Kind};
use crate::{Service, clock};
use chrono::TimeDelta;
use domain::TaskKind;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// How often it is looked for something due without a signal. With the lease it bounds how long the work of a dead process
/// rests.
const POLL: Duration = Duration::from_secs(2);
/// Pause after the database did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// What differs from one server to another.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long nothing has been heard of executions that are given up.
    pub abandon_after: TimeDelta,
}

/// Works on tasks until `stop`. What is under way then is broken off and left to the next one; this returns when that is
/// noted.
pub async fn run(service: Service, settings: Settings, stop: CancellationToken) {
    let mut worker = Worker {
        service,
        settings,
        began: Instant::now(),
        stop,
        places: HashMap::new(),
        running: JoinSet::new(),
    };
    worker.schedule().await;
    worker.work().await;
    while worker.running.join_next().await.is_some() {}
}

struct Worker {
    service: Service,
    settings: Settings,
    began: Instant,
    stop: CancellationToken,
    /// How many tasks of a kind are being worked on.
    places: HashMap<TaskKind, usize>,
    running: JoinSet<TaskKind>,
}

impl Worker {
    /// Sees to it that there is a task of each periodic kind.
    async fn schedule(&self) {
        let kinds = Kind::periodic();
        while !self.stop.is_cancelled()
            && let Err(error) = self.service.store.schedule_tasks(&kinds, clock::now()).await
        {
            tracing::warn!(%error, "periodic tasks could not be scheduled; it is tried again");
            self.pause(RETRY).await;
        }
    }

    async fn work(&mut self) {
        let mut added = self.service.store.watch_tasks();
        while !self.stop.is_cancelled() {
            match self
                .service
                .store
                .claim_task(&self.free_kinds(), clock::now())
                .await
            {
                Ok(Some(task)) => {
                    self.begin(task);
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "it could not be looked for tasks; it is tried again");
                    self.pause(RETRY).await;
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = added.changed() => {}
                () = sleep(POLL) => {}
                Some(ended) = self.running.join_next() => {
                    // An attempt catches what its work does wrong, so that it always says which kind it was.
                    if let Ok(kind) = ended {
                        self.places.entry(kind).and_modify(|places| *places -= 1);
                    }
                }
            }
        }
    }

    /// The kinds of which one more may be begun.
    fn free_kinds(&self) -> Vec<TaskKind> {
        let has_place = |kind: &TaskKind| {
            self.places.get(kind).copied().unwrap_or_default() < Kind::of(*kind).at_once
                && self.may_begin(*kind)
        };
        TaskKind::ALL.into_iter().filter(has_place).collect()
    }

    /// Executions are given up once this server has listened for that long: while there was none, nobody could say
    /// anything.
    fn may_begin(&self, kind: TaskKind) -> bool {
        let patience = self.settings.abandon_after.to_std().unwrap_or_default();
        kind != TaskKind::Abandon || self.began.elapsed() >= patience
    }

    fn begin(&mut self, task: store::ClaimedTask) {
        let kind = task.kind;
        *self.places.entry(kind).or_default() += 1;
        let context = Context::new(self.service.clone(), task, self.settings.abandon_after);
        let (context, stop) = (Arc::new(context), self.stop.clone());
        self.running.spawn(async move {
            attempt(&context, &stop).await;
            kind
        });
    }

    async fn pause(&self, pause: Duration) {
        self.stop.run_until_cancelled(sleep(pause)).await;
    }
}
