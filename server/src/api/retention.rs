//! How long things are kept, as bodies say it.

use domain::{Retention, RetentionRuns};
use serde::Serialize;
use utoipa::ToSchema;

/// How long the organization's executions are kept, and how their deletion goes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionBody {
    /// The plan's name.
    plan: &'static str,
    /// Days of 24 hours since the start of a run; null is for ever.
    days: Option<u32>,
    /// What the job says that deletes what is older.
    runs: RetentionRuns,
}

impl RetentionBody {
    /// The plan and its runs.
    pub fn new(retention: Retention, runs: RetentionRuns) -> Self {
        Self {
            plan: retention.plan(),
            days: retention.days(),
            runs,
        }
    }
}
