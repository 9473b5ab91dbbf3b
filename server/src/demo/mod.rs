//! A sample organization with months of plausible history, and agents that go on working: what a newcomer sees first.

mod agents;
mod caller;
mod cast;
mod draw;
mod history;
mod live;
mod model;
mod outcome;
mod rhythm;
mod run;

use cast::Cast;
use domain::{ExecutionFields, ExecutionId, InvalidId, OrganizationId, UserId};
use rand::{SeedableRng, rngs::StdRng};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

/// Name of the sample organization; it says that it is one.
pub const ORGANIZATION: &str = "Acme Robotics (demo)";

/// Same seed, same history.
const SEED: u64 = 20_251_118;

/// Why the sample organization could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An identifier was made that is none.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// Something that belongs to the sample organization could not be made.
    #[error(transparent)]
    Service(#[from] service::Error),
}

/// The sample organization, ready to be looked at.
pub struct Demo {
    /// The sample organization.
    pub organization: OrganizationId,
    /// Its owner, who signs in by link alone.
    pub owner: UserId,
    cast: Cast,
    unfinished: Vec<Unfinished>,
    rng: StdRng,
}

/// A run that is recorded as running, and how it is to end.
struct Unfinished {
    /// Index of the agent in the cast.
    agent: usize,
    id: ExecutionId,
    end: Box<ExecutionFields>,
}

/// Makes the sample organization in an empty database: people, keys, agents with versions, and their history.
pub async fn prepare(store: &Store) -> Result<Demo, DemoError> {
    let now = crate::clock::now();
    let mut rng = StdRng::seed_from_u64(SEED);
    let cast = Cast::make(store, now).await?;
    let unfinished = history::record(store, &cast, &mut rng, now).await?;
    Ok(Demo {
        organization: cast.organization,
        owner: cast.owner.clone(),
        cast,
        unfinished,
        rng,
    })
}

impl Demo {
    /// Lets the agents work until `stop`: for each a new execution at least every five seconds.
    pub async fn run(self, store: Store, stop: CancellationToken) {
        let mut live = live::Live::new(store, self.cast, self.unfinished, self.rng);
        tokio::select! {
            () = stop.cancelled() => {}
            () = live.run() => {}
        }
    }
}
