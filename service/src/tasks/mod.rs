//! Tasks: the work that goes on behind the use cases, and outlives the process. Every kind is a `Work`; a worker
//! claims what is due and does it, on each server.
//!
//! A further kind is a line in `domain::TaskKind`, a file in `work/`, and a line in `kind.rs`.

mod attempt;
mod back_off;
mod context;
mod failure;
mod kind;
mod now;
mod retry;
mod work;
mod worker;

pub use now::{PurgeError, TaskError};
pub use worker::{Settings, run};

use context::Context;
use failure::Failure;
use std::time::Duration;

/// How one kind of task is done. It may be begun any number of times, and goes on where it was broken off; it may be broken
/// off wherever it waits for something.
trait Work {
    /// How many one server does at the same time.
    const AT_ONCE: usize = 1;
    /// How often it is done, where that is again and again.
    const PERIOD: Option<Duration> = None;
    /// How often it is begun before it has failed for good. None: until it succeeds.
    const MOST_ATTEMPTS: Option<u64> = None;

    /// Does it.
    fn run(context: &Context) -> impl Future<Output = Result<(), Failure>> + Send;
}
