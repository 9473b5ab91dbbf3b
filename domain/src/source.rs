//! Where an execution was started from.

use crate::selection::Choice;
use serde::{Deserialize, Serialize};

/// Where an execution was started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    /// A person, from the dashboard.
    Dashboard,
    /// A program, with an API key.
    Api,
    /// An automated workflow.
    Workflow,
}

impl Choice for Source {
    const ALL: &'static [Self] = &[Self::Dashboard, Self::Api, Self::Workflow];

    fn code(self) -> u8 {
        match self {
            Self::Dashboard => 0,
            Self::Api => 1,
            Self::Workflow => 2,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Api => "api",
            Self::Workflow => "workflow",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Api => "API",
            Self::Workflow => "Workflow",
        }
    }
}
