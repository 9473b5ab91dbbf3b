//! One attempt at a task, from the claim to what is noted of its end.

use super::{Context, Failure, back_off, kind::Kind};
use crate::clock;
use chrono::TimeDelta;
use domain::{TaskFailure, Timestamp};
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use store::LEASE;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often a lease is renewed.
const RENEWAL: Duration = Duration::from_secs(5);
/// How often it is tried to note the end of an attempt, before the lease is left to run out.
const TRIES: u32 = 5;
/// Pause between two of these.
const PAUSE: Duration = Duration::from_secs(1);

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum End {
    /// The task is done.
    Done,
    /// It failed; whether another attempt follows says the failure.
    Failed(Failure),
    /// It was broken off, and another process goes on with it.
    BrokenOff,
}

/// Works on the task until it ends, until `stop`, or until it is somebody else's.
pub(super) async fn attempt(context: &Context, stop: &CancellationToken) -> End {
    let kind = Kind::of(context.task.kind);
    let work = AssertUnwindSafe((kind.run)(context)).catch_unwind();
    let Some(held) = stop.run_until_cancelled(holding(context, work)).await else {
        note(context, Outcome::Released).await;
        return End::BrokenOff;
    };
    let Some(result) = held else {
        tracing::warn!(task = %context.task.id, kind = context.task.kind.as_str(), "somebody else goes on with this task");
        return End::BrokenOff;
    };
    let panicked = |_| Err(Failure::transient(TaskFailure::Internal, "the work panicked"));
    conclude(context, &kind, result.unwrap_or_else(panicked)).await
}

/// Does something while the task's lease is renewed; `None` where the task became somebody else's meanwhile.
pub(super) async fn holding<T>(context: &Context, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        result = work => Some(result),
        () = hold(context) => None,
    }
}

/// Renews the lease, for as long as it is ours.
async fn hold(context: &Context) {
    let mut renewed = Instant::now();
    loop {
        sleep(RENEWAL).await;
        let asked = Instant::now();
        match context
            .service
            .store
            .renew_task(&context.task, context.done())
            .await
        {
            Ok(true) => renewed = asked,
            Ok(false) => return,
            Err(error) => {
                tracing::debug!(%error, "a task's lease could not be renewed");
                if renewed.elapsed() + RENEWAL > LEASE {
                    return;
                }
            }
        }
    }
}

async fn conclude(context: &Context, kind: &Kind, result: Result<(), Failure>) -> End {
    let task = &context.task;
    let name = task.kind.as_str();
    match result {
        Ok(()) => {
            let next = |period| clock::now() + TimeDelta::from_std(period).unwrap_or_default();
            note(
                context,
                kind.period
                    .map_or(Outcome::Done, |period| Outcome::Next(next(period))),
            )
            .await;
            End::Done
        }
        Err(failure) => {
            let is_last = kind.most_attempts.is_some_and(|most| task.attempts >= most);
            if failure.is_permanent || is_last {
                tracing::error!(error = %failure, task = %task.id, kind = name, attempts = task.attempts, "a task failed");
                note(context, Outcome::Failed(failure.code)).await;
            } else {
                tracing::warn!(error = %failure, task = %task.id, kind = name, attempts = task.attempts, "a task failed; it is tried again");
                let next = clock::now() + back_off::pause(task.attempts);
                note(context, Outcome::Again(failure.code, next)).await;
            }
            End::Failed(failure)
        }
    }
}

/// What is noted of an attempt's end.
#[derive(Clone, Copy)]
enum Outcome {
    /// The task is done.
    Done,
    /// The periodic task is done until then.
    Next(Timestamp),
    /// It failed, and is tried again then.
    Again(TaskFailure, Timestamp),
    /// It failed for good.
    Failed(TaskFailure),
    /// It was broken off.
    Released,
}

/// Notes how an attempt ended. Where the database does not take it, the lease runs out, and the task is begun once more.
async fn note(context: &Context, outcome: Outcome) {
    let (store, task) = (&context.service.store, &context.task);
    for tries in 1..=TRIES {
        let noted = match outcome {
            Outcome::Done => store.finish_task(task, context.done(), clock::now()).await,
            Outcome::Next(at) => store.reschedule_task(task, at).await,
            Outcome::Again(failure, at) => store.retry_task_after(task, failure, at).await,
            Outcome::Failed(failure) => store.fail_task(task, failure, clock::now()).await,
            Outcome::Released => store.release_task(task, context.done()).await,
        };
        match noted {
            Ok(()) => return,
            Err(error) if tries == TRIES => {
                tracing::warn!(%error, "the end of a task's attempt could not be noted");
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
}
