//! Which work does which kind of task.

use super::{Context, Failure, Work, work};
use domain::TaskKind;
use futures_util::{FutureExt, future::BoxFuture};
use std::time::Duration;

/// What is known of a kind of task.
pub(super) struct Kind {
    /// See [`Work::AT_ONCE`].
    pub at_once: usize,
    /// See [`Work::PERIOD`].
    pub period: Option<Duration>,
    /// See [`Work::MOST_ATTEMPTS`].
    pub most_attempts: Option<u64>,
    /// See [`Work::run`].
    pub run: for<'a> fn(&'a Context) -> BoxFuture<'a, Result<(), Failure>>,
}

impl Kind {
    /// The kind's work.
    pub(super) fn of(kind: TaskKind) -> Self {
        match kind {
            TaskKind::ErasePerson => Self::doing::<work::ErasePerson>(),
            TaskKind::EraseAgent => Self::doing::<work::EraseAgent>(),
            TaskKind::SendInvitation => Self::doing::<work::SendInvitation>(),
            TaskKind::SendPasswordReset => Self::doing::<work::SendPasswordReset>(),
            TaskKind::RemoveOrganization => Self::doing::<work::RemoveOrganization>(),
            TaskKind::Reencrypt => Self::doing::<work::Reencrypt>(),
            TaskKind::Purge => Self::doing::<work::Purge>(),
            TaskKind::Abandon => Self::doing::<work::Abandon>(),
            TaskKind::TrimEvents => Self::doing::<work::TrimEvents>(),
            TaskKind::CountDays => Self::doing::<work::CountDays>(),
            TaskKind::DeleteEnded => Self::doing::<work::DeleteEnded>(),
        }
    }

    fn doing<W: Work + 'static>() -> Self {
        Self {
            at_once: W::AT_ONCE,
            period: W::PERIOD,
            most_attempts: W::MOST_ATTEMPTS,
            run: |context| W::run(context).boxed(),
        }
    }

    /// The kinds that are done again and again.
    pub(super) fn periodic() -> Vec<TaskKind> {
        let kinds = TaskKind::ALL.into_iter();
        kinds.filter(|kind| Self::of(*kind).period.is_some()).collect()
    }
}
