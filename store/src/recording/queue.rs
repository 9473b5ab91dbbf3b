//! The bounded queue before the one writer, and the chores that it does between groups.

use super::{
    draft::Draft,
    forget::{self, Unused},
    job::{Answer, Job, Place, Work},
    outcome::{Amendment, Recorded},
    owner::Owner,
    removal::{self, Removal},
    space, writer,
};
use crate::{
    Budget, StoreError, backend::Backend, events::signals::Signals, facets::remembered::Remembered,
    health::Health, vault::Vault,
};
use domain::{ExecutionFields, ExecutionId, OrganizationId, Timestamp};
use parking_lot::Mutex;
use std::{collections::BTreeSet, sync::Arc};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

/// Executions that may wait or be under way at once. With payloads of a few kilobytes, some 50 MB.
const CAPACITY: usize = 10_000;
/// Executions that one transaction takes in, unless a single batch is larger.
const GROUP: usize = 2_000;
/// Chores that may wait; whoever has one more waits as well.
const CHORES: usize = 8;

/// What the writer does between groups. Each is a transaction of its own, short enough for recorders to wait for.
pub(crate) enum Chore {
    /// Removes executions; answered with how many those were.
    Remove(Removal),
    /// Takes values from what can be filtered for; answered with how many those were.
    Forget(Unused),
    /// Gives some of the free space of a SQLite file back; answered with how many pages are still free.
    GiveBack,
    /// Removes some rows of an organization that is being deleted; answered with how many those were.
    RemoveOrganization(OrganizationId),
}

struct ChoreJob {
    chore: Chore,
    reply: oneshot::Sender<Result<u64, StoreError>>,
}

#[derive(Clone)]
struct Senders {
    jobs: mpsc::UnboundedSender<Job>,
    chores: mpsc::Sender<ChoreJob>,
}

/// The way to the writer.
pub(crate) struct Recorder {
    places: Arc<Semaphore>,
    senders: Mutex<Option<Senders>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    health: Arc<Health>,
}

impl Recorder {
    /// Starts the writer; `signals` are raised after each commit. Large payloads that it opens are of the budget `opened`.
    pub(crate) fn start(
        vault: Arc<Vault>,
        signals: Arc<Signals>,
        opened: Budget,
        health: Arc<Health>,
    ) -> Self {
        // The semaphore bounds the queue, by executions and not by jobs.
        let (jobs, to_do) = mpsc::unbounded_channel();
        let (chores, chores_to_do) = mpsc::channel(CHORES);
        let writer = tokio::spawn(run(vault, opened, to_do, chores_to_do, signals, health.clone()));
        Self {
            places: Arc::new(Semaphore::new(CAPACITY)),
            senders: Mutex::new(Some(Senders { jobs, chores })),
            writer: Mutex::new(Some(writer)),
            health,
        }
    }

    /// What is known of the database's health.
    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// Takes a place for so many executions, or `Busy`.
    pub(crate) fn reserve(&self, executions: usize) -> Result<Place, StoreError> {
        let permits = u32::try_from(executions).map_err(|_| StoreError::Busy)?;
        self.places
            .clone()
            .try_acquire_many_owned(permits)
            .map(Place)
            .map_err(|_| StoreError::Busy)
    }

    pub(crate) async fn record(
        &self,
        place: Place,
        owner: Owner,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Recorded>, StoreError> {
        match self.ask(place, owner, Work::Record(drafts)).await? {
            Answer::Recorded(recorded) => Ok(recorded),
            _ => Err(StoreError::Closed),
        }
    }

    pub(crate) async fn amend(
        &self,
        place: Place,
        owner: Owner,
        execution: ExecutionId,
        fields: ExecutionFields,
        now: Timestamp,
    ) -> Result<Option<Amendment>, StoreError> {
        let work = Work::Amend(execution, Box::new(fields), now);
        match self.ask(place, owner, work).await? {
            Answer::Amended(outcome) => Ok(outcome.map(|outcome| *outcome)),
            _ => Err(StoreError::Closed),
        }
    }

    /// Gives an execution up, unless something was heard of it since `heard_before`; answers whether it did.
    pub(crate) async fn abandon(
        &self,
        place: Place,
        owner: Owner,
        execution: ExecutionId,
        heard_before: Timestamp,
    ) -> Result<bool, StoreError> {
        match self
            .ask(place, owner, Work::Abandon(execution, heard_before))
            .await?
        {
            Answer::Abandoned(given_up) => Ok(given_up),
            _ => Err(StoreError::Closed),
        }
    }

    async fn ask(&self, place: Place, owner: Owner, work: Work) -> Result<Answer, StoreError> {
        let senders = self.senders()?;
        let (reply, answer) = oneshot::channel();
        senders
            .jobs
            .send(Job {
                owner,
                work,
                place,
                reply,
            })
            .map_err(|_| StoreError::Closed)?;
        // The writer works on even if the caller leaves: what was accepted is recorded.
        drop(senders);
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Has a chore done.
    pub(crate) async fn chore(&self, chore: Chore) -> Result<u64, StoreError> {
        let senders = self.senders()?;
        let (reply, answer) = oneshot::channel();
        senders
            .chores
            .send(ChoreJob { chore, reply })
            .await
            .map_err(|_| StoreError::Closed)?;
        drop(senders);
        answer.await.map_err(|_| StoreError::Closed)?
    }

    fn senders(&self) -> Result<Senders, StoreError> {
        let senders = self.senders.lock();
        senders.clone().ok_or(StoreError::Closed)
    }

    /// Accepts nothing more, and waits until what was accepted is answered.
    pub(crate) async fn stop(&self) {
        self.senders.lock().take();
        let writer = self.writer.lock().take();
        if let Some(writer) = writer {
            let _ = writer.await;
        }
    }
}

/// Commits what waits, group after group and a chore now and then, until nobody can hand in more.
async fn run(
    vault: Arc<Vault>,
    opened: Budget,
    mut jobs: mpsc::UnboundedReceiver<Job>,
    mut chores: mpsc::Receiver<ChoreJob>,
    signals: Arc<Signals>,
    health: Arc<Health>,
) {
    let backend = vault.backend();
    let mut remembered = Remembered::default();
    loop {
        // Where both wait, each has its turn.
        tokio::select! {
            Some(job) = jobs.recv() => {
                let group = gather(job, &mut jobs);
                let owners: BTreeSet<_> = group
                    .iter()
                    .map(|job| (job.owner.organization, job.owner.agent_key))
                    .collect();
                commit(&vault, &opened, &mut remembered, &health, group).await;
                signals.raise(owners);
            }
            Some(ChoreJob { chore, reply }) = chores.recv() => {
                let done = match health.check(backend).await {
                    Ok(()) => do_chore(backend, &chore, &signals).await,
                    Err(error) => Err(error),
                };
                let _ = reply.send(done);
            }
            else => return,
        }
    }
}

async fn do_chore(backend: &Backend, chore: &Chore, signals: &Signals) -> Result<u64, StoreError> {
    match chore {
        Chore::Remove(removal) => {
            let removed = removal::remove(backend, removal).await;
            signals.raise([(removal.owner.organization, removal.owner.agent_key)]);
            removed
        }
        Chore::Forget(unused) => forget::forget(backend, unused).await,
        Chore::GiveBack => space::give_back(backend).await,
        Chore::RemoveOrganization(organization) => {
            removal::organization::remove_some(backend, *organization).await
        }
    }
}

/// The job and what waits behind it, as much as one transaction takes in.
fn gather(job: Job, jobs: &mut mpsc::UnboundedReceiver<Job>) -> Vec<Job> {
    let mut size = job.place.size();
    let mut group = vec![job];
    while size < GROUP {
        let Ok(job) = jobs.try_recv() else { break };
        size += job.place.size();
        group.push(job);
    }
    group
}

async fn commit(
    vault: &Vault,
    opened: &Budget,
    remembered: &mut Remembered,
    health: &Health,
    group: Vec<Job>,
) {
    if let Err(error) = health.check(vault.backend()).await {
        return refuse(group, &error);
    }
    let written = writer::write(vault, opened, remembered, &group).await;
    // What went into a file that is no longer there is not kept.
    let written = health.check_place().and(written);
    health.note(match &written {
        Err(StoreError::Database(error)) if !is_of_the_data(error) => Some(error.clone()),
        _ => None,
    });
    match written {
        Ok(answers) => {
            for (job, answer) in group.into_iter().zip(answers) {
                let _ = job.reply.send(Ok(answer));
            }
        }
        // That is the same for everyone, and nobody is kept waiting.
        Err(error) if is_for_all(&error) => refuse(group, &error),
        // What one job did wrong is not for the others to bear.
        Err(_) if group.len() > 1 => {
            for job in group {
                let answers = writer::write(vault, opened, remembered, std::slice::from_ref(&job)).await;
                answer(job, answers);
            }
        }
        Err(error) => {
            if let Some(job) = group.into_iter().next() {
                answer(job, Err(error));
            }
        }
    }
}

/// Answers everybody in the group with an error of `is_for_all`.
fn refuse(group: Vec<Job>, error: &StoreError) {
    for job in group {
        let error = match error {
            StoreError::Database(error) => StoreError::Database(error.clone()),
            StoreError::ReplacedDatabase => StoreError::ReplacedDatabase,
            _ => StoreError::DamagedDatabase,
        };
        let _ = job.reply.send(Err(error));
    }
}

/// Whether the database is out of reach, locked, full, damaged or gone, whatever it was given.
fn is_for_all(error: &StoreError) -> bool {
    match error {
        StoreError::Database(error) => !is_of_the_data(error),
        StoreError::DamagedDatabase | StoreError::ReplacedDatabase => true,
        _ => false,
    }
}

/// Whether the database refused what it was given, as against not being able to take anything.
fn is_of_the_data(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    match error {
        sqlx::Error::Database(error) => !matches!(error.kind(), ErrorKind::Other),
        sqlx::Error::Decode(_) | sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. } => true,
        _ => false,
    }
}

fn answer(job: Job, answers: Result<Vec<Answer>, StoreError>) {
    let _ = job
        .reply
        .send(answers.and_then(|answers| answers.into_iter().next().ok_or(StoreError::Closed)));
}
