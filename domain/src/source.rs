//! Where an execution was started from.

use crate::selection::choices;
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

choices! {
    Source:
    Dashboard = 0, "dashboard", "Dashboard";
    Api = 1, "api", "API";
    Workflow = 2, "workflow", "Workflow";
}
