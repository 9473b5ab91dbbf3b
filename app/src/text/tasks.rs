//! What is done in the background.

use domain::{Task, TaskFailure, TaskKind, TaskState, format::grouped};

pub const TITLE: &str = "Background tasks";
pub const WORDS: &str = "Erasing data, sending invitations and re-encrypting happen in the background. They continue after \
    a restart and are retried if something goes wrong.";
pub const NONE: &str = "No background tasks are running.";
pub const TASK: &str = "Task";
pub const STATUS: &str = "Status";
pub const PROGRESS: &str = "Progress";
pub const REQUESTED: &str = "Requested";
pub const ACTIONS: &str = "Actions";
pub const LATE: &str = "Overdue";
pub const LATE_WORDS: &str = "No server has started it yet.";
pub const NEXT_ATTEMPT: &str = "Next attempt:";
pub const SOON: &str = "shortly";

/// What a task does.
pub fn kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::ErasePerson => "Erasing a person’s executions",
        TaskKind::EraseAgent => "Erasing an agent’s executions",
        TaskKind::SendInvitation => "Sending an invitation",
        TaskKind::SendPasswordReset => "Sending a password reset link",
        TaskKind::RemoveOrganization => "Removing a deleted organization",
        TaskKind::Reencrypt => "Encrypting older payloads with the current key",
        TaskKind::Purge => "Deleting old executions",
        TaskKind::Abandon => "Ending executions that went silent",
        TaskKind::TrimEvents => "Trimming the event log",
        TaskKind::CountDays => "Updating daily counts",
        TaskKind::DeleteEnded => "Deleting finished tasks",
    }
}

/// How a task stands.
pub fn state(state: TaskState) -> &'static str {
    match state {
        TaskState::Waiting => "Waiting",
        TaskState::Running => "Running",
        TaskState::Retrying => "Retrying",
        TaskState::Failed => "Failed",
        TaskState::Done => "Done",
    }
}

/// Why the last attempt failed.
pub fn failure(failure: TaskFailure) -> &'static str {
    match failure {
        TaskFailure::Database => "The database could not be reached.",
        TaskFailure::MailServerUnavailable => "The mail server could not be reached.",
        TaskFailure::MailRefused => "The mail server rejected the message.",
        TaskFailure::MailNotConfigured => "No mail server is configured.",
        TaskFailure::Interrupted => "The server stopped before it finished.",
        TaskFailure::Unreadable => "The task’s data could not be read.",
        TaskFailure::Internal => "Something went wrong. The server log has the details.",
    }
}

/// How far a task is; nothing where it has no steps, or none is done and none is known to be there.
pub fn progress(task: &Task) -> Option<String> {
    let things = match task.kind {
        TaskKind::ErasePerson | TaskKind::EraseAgent => ["execution", "executions"],
        TaskKind::Reencrypt => ["payload", "payloads"],
        _ => return None,
    };
    let count = |number: u64| {
        let [one, several] = things;
        format!("{} {}", grouped(number), if number == 1 { one } else { several })
    };
    match task.total {
        Some(0) if task.done == 0 => None,
        Some(total) => {
            let total = total.max(task.done);
            Some(format!("{} of {}", grouped(task.done), count(total)))
        }
        None => (task.done > 0).then(|| count(task.done)),
    }
}

/// How many tasks are not shown.
pub fn more(count: u64) -> String {
    format!("And {} more.", grouped(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn task(kind: TaskKind, done: u64, total: Option<u64>) -> Task {
        Task {
            task_id: "task_a".parse().unwrap(),
            kind,
            state: TaskState::Running,
            is_late: false,
            created_at: Timestamp::default(),
            next_attempt_at: None,
            ended_at: None,
            attempts: 1,
            done,
            total,
            failure: None,
        }
    }

    #[test]
    fn progress_counts_what_the_task_is_about() {
        let told = |kind, done, total| progress(&task(kind, done, total)).unwrap_or_default();
        assert_eq!(
            told(TaskKind::ErasePerson, 1_200, Some(20_000)),
            "1,200 of 20,000 executions"
        );
        assert_eq!(told(TaskKind::EraseAgent, 0, Some(1)), "0 of 1 execution");
        assert_eq!(told(TaskKind::EraseAgent, 3, Some(2)), "3 of 3 executions");
        assert_eq!(told(TaskKind::EraseAgent, 0, Some(0)), "");
        assert_eq!(told(TaskKind::Reencrypt, 1_000, None), "1,000 payloads");
        assert_eq!(told(TaskKind::Reencrypt, 0, None), "");
        assert_eq!(told(TaskKind::SendInvitation, 0, None), "");
    }
}
