//! What an execution can be filtered for.

use domain::{ExecutionSummary, OrganizationId};

/// Which filter a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Version = 1,
    Model = 2,
    ErrorCode = 3,
    ApiKey = 4,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Version, Self::Model, Self::ErrorCode, Self::ApiKey];

    /// The column of `executions` that holds such values.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Model => "model",
            Self::ErrorCode => "error_code",
            Self::ApiKey => "api_key_id",
        }
    }
}

/// One value of one agent. Ordered, so that every writer inserts in the same order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Facet {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub kind: Kind,
    pub value: String,
}

/// The values of an execution that can be filtered for.
pub(crate) fn values(summary: &ExecutionSummary) -> impl Iterator<Item = (Kind, &str)> {
    [
        (Kind::Version, summary.version.as_deref()),
        (Kind::Model, summary.model.as_deref()),
        (Kind::ErrorCode, summary.error_code.as_deref()),
        (Kind::ApiKey, summary.api_key_id.as_ref().map(|id| id.as_str())),
    ]
    .into_iter()
    .filter_map(|(kind, value)| Some((kind, value.filter(|value| !value.is_empty())?)))
}
