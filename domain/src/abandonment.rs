//! Executions that run and of which nothing more is heard: they are given up, and their real result, should it come, still
//! counts.

use crate::{Execution, ExecutionSummary, Status};

/// Error code of an execution that was given up.
pub const ABANDONED: &str = "ABANDONED";

/// Error message of an execution that was given up, unless it had one.
const MESSAGE: &str = "Nothing more was heard of this execution, so it was given up.";

impl ExecutionSummary {
    /// Whether it was given up. It is final until something is heard of it.
    pub fn is_abandoned(&self) -> bool {
        self.status == Status::Failed && self.error_code.as_deref() == Some(ABANDONED)
    }
}

impl Execution {
    /// A running execution, given up.
    #[must_use]
    pub fn abandoned(mut self) -> Self {
        self.summary.status = Status::Failed;
        self.summary.error_code = Some(ABANDONED.to_owned());
        self.payload
            .error_message
            .get_or_insert_with(|| MESSAGE.to_owned());
        self
    }

    /// What an execution that was given up was before, so that what is heard of it is put over that; any other as it is.
    pub fn revived(mut self) -> Self {
        if self.summary.is_abandoned() {
            self.summary.status = Status::Running;
            self.summary.error_code = None;
            self.payload.error_message.take_if(|message| message == MESSAGE);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExecutionFields, fields::Defaults, time};
    use serde_json::json;

    fn begun(more: serde_json::Value) -> Execution {
        let now = time::from_micros(0);
        let mut json = json!({"status": "running", "inputTokens": 3});
        json.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let defaults = Defaults {
            agent_id: "agent_a".parse().unwrap(),
            execution_id: "exec_a".parse().unwrap(),
            now,
            api_key_id: None,
            executed_by: None,
            ip_address: None,
            user_agent: None,
        };
        ExecutionFields::parse(json, now)
            .unwrap()
            .into_execution(defaults)
    }

    #[test]
    fn what_was_given_up_can_be_taken_up_again() {
        for more in [
            json!({}),
            json!({"errorMessage": "the first try failed", "outputText": "Half"}),
        ] {
            let running = begun(more);
            let given_up = running.clone().abandoned();
            assert!(given_up.summary.is_abandoned() && !running.summary.is_abandoned());
            assert!(given_up.payload.error_message.is_some());
            assert_eq!(given_up.revived(), running);
            assert_eq!(running.clone().revived(), running);
        }
    }
}
