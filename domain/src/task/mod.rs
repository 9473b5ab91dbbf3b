//! Tasks: work that outlives the process that began it.

mod query;

pub use query::TaskQuery;

use crate::{TaskId, Timestamp, named::named};
use serde::{Deserialize, Serialize};

/// How long after its time a task is late that nobody has begun, in seconds.
pub const LATE_SECONDS: i64 = 60;

/// How long a task that has ended is listed, in days.
pub const DAYS_KEPT: i64 = 30;

named! {
    /// What a task does.
    #[derive(Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum TaskKind {
        /// Erases what one person executed.
        ErasePerson = "erase_person",
        /// Erases all executions of an agent.
        EraseAgent = "erase_agent",
        /// Sends an invitation by e-mail.
        SendInvitation = "send_invitation",
        /// Sends a link to another password by e-mail.
        SendPasswordReset = "send_password_reset",
        /// Removes what is left of a deleted organization.
        RemoveOrganization = "remove_organization",
        /// Encrypts older payloads with the organization's active key.
        Reencrypt = "reencrypt",
        /// Deletes executions that are older than they are kept, every quarter of an hour.
        Purge = "purge",
        /// Gives up running executions of which nothing more is heard, every quarter of a minute.
        Abandon = "abandon",
        /// Deletes old entries of the event logs, every minute.
        TrimEvents = "trim_events",
        /// Counts days that are over by version, model, error code and API key, every minute.
        CountDays = "count_days",
        /// Deletes tasks that ended long ago, every hour.
        DeleteEnded = "delete_ended",
    }
}

named! {
    /// How a task stands.
    #[derive(Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum TaskState {
        /// Not begun yet.
        Waiting = "waiting",
        /// Somebody works on it.
        Running = "running",
        /// The last attempt failed; another one follows.
        Retrying = "retrying",
        /// Ended without success: no further attempt follows.
        Failed = "failed",
        /// Ended with success.
        Done = "done",
    }
}

named! {
    /// Why an attempt at a task failed.
    #[derive(Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    pub enum TaskFailure {
        /// The database did not answer, or refused.
        Database = "database",
        /// The mail server cannot be reached, or asks to be tried later.
        MailServerUnavailable = "mail_server_unavailable",
        /// The mail server refused the letter.
        MailRefused = "mail_refused",
        /// The server has no mail server to send by.
        MailNotConfigured = "mail_not_configured",
        /// The process ended, or lost the database, again and again while it worked on the task.
        Interrupted = "interrupted",
        /// The task's stored data cannot be read.
        Unreadable = "unreadable",
        /// Something else; the server's log says what.
        Internal = "internal",
    }
}

/// A task of an organization, as its owners see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Which.
    pub task_id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// How it stands.
    pub state: TaskState,
    /// Whether nobody has begun it a minute after its time.
    pub is_late: bool,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When the next attempt is due, while it is open.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub next_attempt_at: Option<Timestamp>,
    /// When it ended.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub ended_at: Option<Timestamp>,
    /// How often it was begun.
    pub attempts: u64,
    /// How much is done: executions, or payloads. What an earlier attempt did is counted.
    pub done: u64,
    /// How much there is to do, where that is known.
    pub total: Option<u64>,
    /// Why the last attempt failed.
    pub failure: Option<TaskFailure>,
}

impl TaskState {
    /// Whether nothing more happens to the task.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Failed | Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_are_read_back() {
        let names: BTreeSet<_> = TaskKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), TaskKind::ALL.len());
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(TaskKind::from_name("erase"), None);
    }
}
