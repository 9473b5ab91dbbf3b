//! What the writer is asked to do for one agent, and what it answers.

use super::{
    draft::Draft,
    outcome::{Amendment, Recorded},
    owner::Owner,
};
use crate::StoreError;
use domain::{ExecutionFields, ExecutionId, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A place in the queue, held until the work is answered.
pub(crate) struct Place(pub(super) OwnedSemaphorePermit);

impl Place {
    /// Executions for which there is place.
    pub(crate) fn size(&self) -> usize {
        self.0.num_permits()
    }

    /// Takes place for so many of them out of it; `None` where there is less.
    pub(crate) fn split(&mut self, executions: usize) -> Option<Self> {
        self.0.split(executions).map(Self)
    }
}

/// What the writer is asked to do for one agent.
pub(crate) struct Job {
    pub owner: Owner,
    pub work: Work,
    pub place: Place,
    pub reply: oneshot::Sender<Result<Answer, StoreError>>,
}

pub(crate) enum Work {
    Record(Vec<Draft>),
    /// These fields were handed over then.
    Amend(ExecutionId, Box<ExecutionFields>, Timestamp),
    /// To give it up, unless something was heard of it since then.
    Abandon(ExecutionId, Timestamp),
}

impl Work {
    /// The identifiers under which something may be stored already, in order.
    pub(super) fn named(&self) -> impl Iterator<Item = &ExecutionId> {
        let (drafts, single) = match self {
            Self::Record(drafts) => (&drafts[..], None),
            Self::Amend(id, ..) | Self::Abandon(id, _) => (&[][..], Some(id)),
        };
        let given = drafts.iter().filter(|draft| draft.given.is_some());
        given.map(|draft| &draft.summary.execution_id).chain(single)
    }
}

pub(crate) enum Answer {
    Recorded(Vec<Recorded>),
    /// `None` where there is no such execution.
    Amended(Option<Box<Amendment>>),
    /// Whether it was given up.
    Abandoned(bool),
}
