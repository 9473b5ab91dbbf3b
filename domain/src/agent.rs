//! Agents and the versions of their prompts.

use crate::{AgentId, FieldError, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest name of an agent or a key, in characters.
pub const MAX_NAME: usize = 100;
/// Highest sampling temperature of a version.
pub const MAX_TEMPERATURE: f64 = 2.0;

/// Number of a version within its agent, from 1; shown as `V3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = u32))]
pub struct VersionNumber(pub u32);

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{}", self.0)
    }
}

/// A named prompt with versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agent {
    /// Unique; begins with `agent_`.
    pub agent_id: AgentId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// The version in use.
    pub active_version: Option<VersionNumber>,
    /// Model of the version in use.
    pub model: Option<String>,
    /// How many executions are recorded.
    pub executions: u64,
    /// When the newest of them began.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_executed_at: Option<Timestamp>,
    /// How many days its executions are kept, where that is fewer than the organization keeps them.
    pub retention_days: Option<u32>,
}

/// An immutable prompt configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentVersion {
    /// Counted from 1 within the agent.
    pub number: VersionNumber,
    /// Model that it asks.
    pub model: String,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// System prompt.
    pub system_prompt: Option<String>,
    /// User prompt with places for variables.
    pub user_prompt_template: String,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Whether it is the one in use.
    pub active: bool,
}

/// A name of an agent or a key: trimmed, on one line, 1 to 100 characters.
pub fn parse_name(field: &str, text: &str) -> Result<String, FieldError> {
    parse_line(field, text, MAX_NAME)
}

/// The text without the blanks around it, if that is one line of 1 to `most` characters.
pub fn parse_line(field: &str, text: &str, most: usize) -> Result<String, FieldError> {
    let line = text.trim();
    if line.is_empty() || line.chars().count() > most || line.chars().any(char::is_control) {
        let detail = format!("must be 1 to {most} characters on one line");
        return Err(FieldError::new(field, detail));
    }
    Ok(line.to_owned())
}
