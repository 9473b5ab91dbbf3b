//! What is told of a failed execution.

use serde::{Deserialize, Serialize};

/// From how many executions on a history is enough to argue from.
pub const ENOUGH: usize = 20;

/// One piece of help. It says what was observed, or what can be done; it never gives a guess as a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hint {
    /// A sentence or two.
    pub message: String,
    /// Where to see for oneself.
    pub evidence: Option<Evidence>,
}

/// The executions that a hint argues from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// What the link is called.
    pub label: String,
    /// The list's query string that shows them, without question mark.
    pub query: String,
}
