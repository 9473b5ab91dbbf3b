//! What an agent's executions can be filtered for beside status, source and time.

use crate::ApiKeyId;
use serde::{Deserialize, Serialize};

/// The values that occur in an agent's history, each list in the order in which people look for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// Version labels, newest first.
    pub versions: Vec<String>,
    /// Models.
    pub models: Vec<String>,
    /// Error codes.
    pub error_codes: Vec<String>,
    /// API keys.
    pub api_keys: Vec<KeyFacet>,
}

/// An API key that recorded some of the executions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyFacet {
    /// Its public half.
    pub api_key_id: ApiKeyId,
    /// What people call it, where it is still known.
    pub name: Option<String>,
}
