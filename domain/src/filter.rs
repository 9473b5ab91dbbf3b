//! Which executions of an agent are meant: one type for the table, the REST list, the export and the stream.

use crate::{ApiKeyId, ExecutionId, ExecutionSummary, Selection, Source, Status, Timestamp};

/// Which executions of an agent are meant. The default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// Any of these statuses.
    pub statuses: Selection<Status>,
    /// Any of these sources.
    pub sources: Selection<Source>,
    /// Begun at this instant or later.
    pub from: Option<Timestamp>,
    /// Begun at this instant or earlier.
    pub to: Option<Timestamp>,
    /// Any of these version labels; empty means all.
    pub versions: Vec<String>,
    /// Any of these models; empty means all.
    pub models: Vec<String>,
    /// Any of these error codes; empty means all.
    pub error_codes: Vec<String>,
    /// Recorded with any of these API keys; empty means all.
    pub api_key_ids: Vec<ApiKeyId>,
    /// This execution alone.
    pub execution_id: Option<ExecutionId>,
}

impl ExecutionFilter {
    /// Whether the execution passes.
    pub fn matches(&self, execution: &ExecutionSummary) -> bool {
        fn any<T: AsRef<str>>(wanted: &[T], value: Option<&str>) -> bool {
            wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|one| one.as_ref() == value))
        }
        self.statuses.contains(execution.status)
            && self.sources.contains(execution.source)
            && self.from.is_none_or(|from| execution.executed_at >= from)
            && self.to.is_none_or(|to| execution.executed_at <= to)
            && any(&self.versions, execution.version.as_deref())
            && any(&self.models, execution.model.as_deref())
            && any(&self.error_codes, execution.error_code.as_deref())
            && (self.api_key_ids.is_empty()
                || execution
                    .api_key_id
                    .as_ref()
                    .is_some_and(|id| self.api_key_ids.contains(id)))
            && self
                .execution_id
                .as_ref()
                .is_none_or(|id| *id == execution.execution_id)
    }

    /// Whether status, source and time alone decide, so that the bucket counts know the answer.
    pub fn is_counted(&self) -> bool {
        self.versions.is_empty()
            && self.models.is_empty()
            && self.error_codes.is_empty()
            && self.api_key_ids.is_empty()
            && self.execution_id.is_none()
    }
}
