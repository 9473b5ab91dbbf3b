//! How the installation's own background tasks go. Those of an organization are told to its owners, on its settings page.

use super::finding::{
    Finding,
    Severity::{Note, Warning},
};
use domain::{Task, TaskFailure, TaskKind, TaskState};
use std::collections::BTreeMap;
use store::Checkup;

const CHECK: &str = "tasks";

/// A finding for what is late, tried again or failed of each kind.
pub fn look(checkup: &Checkup) -> Vec<Finding> {
    let mut found: BTreeMap<_, (Trouble, u64)> = BTreeMap::new();
    for trouble in checkup.tasks.iter().filter_map(Trouble::of) {
        let key = (
            trouble.kind.as_str(),
            trouble.state.as_str(),
            trouble.failure.map(TaskFailure::as_str),
        );
        found.entry(key).or_insert((trouble, 0)).1 += 1;
    }
    if found.is_empty() {
        return vec![Finding::ok(
            CHECK,
            "no background task of the installation is late or fails",
        )];
    }
    found
        .into_values()
        .map(|(trouble, count)| trouble.finding(count))
        .collect()
}

/// What is wrong with a task.
struct Trouble {
    kind: TaskKind,
    /// `Waiting` where it is late.
    state: TaskState,
    failure: Option<TaskFailure>,
}

impl Trouble {
    /// None where nothing is wrong.
    fn of(task: &Task) -> Option<Self> {
        let (state, failure) = match task.state {
            _ if task.is_late => (TaskState::Waiting, None),
            TaskState::Retrying | TaskState::Failed => (task.state, task.failure),
            TaskState::Waiting | TaskState::Running | TaskState::Done => return None,
        };
        Some(Self {
            kind: task.kind,
            state,
            failure,
        })
    }

    fn finding(&self, count: u64) -> Finding {
        let task = match count {
            1 => words(self.kind).to_owned(),
            count => format!("{} ({count} times)", words(self.kind)),
        };
        let why = self.failure.map_or("the reason is not known", reason);
        let is_letter = self.kind == TaskKind::SendPasswordReset;
        match self.state {
            TaskState::Retrying => Finding::new(
                Warning,
                CHECK,
                format!("{task} failed and is tried again: {why}"),
                self.failure.map_or(LOG, remedy),
            ),
            TaskState::Failed => Finding::new(
                // Who asked for a letter asks again.
                if is_letter { Note } else { Warning },
                CHECK,
                format!("{task} failed and is not tried again: {why}"),
                if is_letter {
                    "see in the log of the server why; whoever still needs the link asks for another one"
                } else {
                    LOG
                },
            ),
            _ => Finding::new(
                Warning,
                CHECK,
                format!("{task} has been due for more than a minute, and no server has begun it"),
                "start the server; if it runs, look into its log for what holds it up",
            ),
        }
    }
}

/// What helps where nothing better is known.
const LOG: &str = "look into the log of the server, which says why";

fn words(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::ErasePerson => "erasing what a person executed",
        TaskKind::EraseAgent => "erasing an agent's executions",
        TaskKind::SendInvitation => "sending an invitation",
        TaskKind::SendPasswordReset => "sending a link to another password",
        TaskKind::RemoveOrganization => "removing a deleted organization",
        TaskKind::Reencrypt => "encrypting older payloads",
        TaskKind::Purge => "deleting old executions",
        TaskKind::Abandon => "giving up silent executions",
        TaskKind::TrimEvents => "trimming the event logs",
        TaskKind::CountDays => "counting days that are over",
        TaskKind::DeleteEnded => "deleting tasks that ended long ago",
    }
}

fn reason(failure: TaskFailure) -> &'static str {
    match failure {
        TaskFailure::Database => "the database did not answer, or refused",
        TaskFailure::MailServerUnavailable => "the mail server cannot be reached",
        TaskFailure::MailRefused => "the mail server refused the letter",
        TaskFailure::MailNotConfigured => "the server has no mail server to send by",
        TaskFailure::Interrupted => "the server ended while it worked on it",
        TaskFailure::Unreadable => "its stored data cannot be read",
        TaskFailure::Internal => "something went wrong",
    }
}

fn remedy(failure: TaskFailure) -> &'static str {
    match failure {
        TaskFailure::Database => {
            "see that the database answers and has space; the log of the server says more"
        }
        TaskFailure::MailServerUnavailable => "see that the mail server of --smtp-url answers",
        TaskFailure::MailNotConfigured => "start the server with --smtp-url, --mail-from and --public-url",
        TaskFailure::Interrupted => {
            "look into the system's log for what ends the server, such as too little memory"
        }
        TaskFailure::MailRefused | TaskFailure::Unreadable | TaskFailure::Internal => LOG,
    }
}
