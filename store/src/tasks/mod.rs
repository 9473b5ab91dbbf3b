//! Tasks: work that outlives the process which began it. A task is added in the transaction of the change that asks for
//! it, so neither is there without the other. Whoever claims one holds a lease, which ends by itself where the process
//! does; the work is then taken up by the next one. So every kind of work can be begun twice, and goes on where it stopped.
//!
//! What a task is told is sealed with the active key of its organization, or with the installation's key where it is of
//! none, and is gone once the task has ended.

mod add;
pub(crate) mod insert;
mod lease;
mod list;
pub(crate) mod row;

pub(crate) use insert::NewTask;
pub use lease::{ClaimedTask, LEASE};
pub use list::TaskPage;
pub(crate) use list::installation_tasks;

use domain::{AgentId, InvitationId, TaskKind};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a task of one kind is told.
pub trait TaskPayload: Serialize + DeserializeOwned + Send {
    /// The kind.
    const KIND: TaskKind;
}

/// Whose executions go.
#[derive(Serialize, Deserialize)]
pub struct ErasePerson {
    /// Every name under which executions of the person may be recorded.
    pub names: Vec<String>,
}

/// Whose executions go.
#[derive(Serialize, Deserialize)]
pub struct EraseAgent {
    /// The agent.
    pub agent_id: AgentId,
}

/// Which invitation is sent.
#[derive(Serialize, Deserialize)]
pub struct SendInvitation {
    /// The invitation.
    pub invitation_id: InvitationId,
}

/// To whom a link to another password is sent. `Debug` is not derived: addresses stay out of logs.
#[derive(Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// The address, as it was entered.
    pub email: String,
}

impl TaskPayload for ErasePerson {
    const KIND: TaskKind = TaskKind::ErasePerson;
}

impl TaskPayload for EraseAgent {
    const KIND: TaskKind = TaskKind::EraseAgent;
}

impl TaskPayload for SendInvitation {
    const KIND: TaskKind = TaskKind::SendInvitation;
}

impl TaskPayload for SendPasswordReset {
    const KIND: TaskKind = TaskKind::SendPasswordReset;
}
