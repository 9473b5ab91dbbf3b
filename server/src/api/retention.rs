//! How long things are kept, as bodies say it.

use domain::{FieldError, Retention, RetentionRuns};
use serde::{Deserialize, Serialize};
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

/// How long executions are to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionChange {
    /// `standard` (90 days), `pro` (180 days), `enterprise` (`days`), or `none`: everything is kept.
    #[schema(example = "standard")]
    plan: String,
    /// 365 to 36,500, for the plan `enterprise` alone.
    #[schema(minimum = 365, maximum = 36_500)]
    days: Option<u32>,
}

impl RetentionChange {
    /// What it must be, after "must be".
    pub const EXPECTED: &str = "an object with `plan` and, for the plan enterprise, `days`";

    /// The retention that is asked for. What is wrong is named by its place in the field `retention`.
    pub fn parse(self) -> Result<Retention, FieldError> {
        Retention::parse(&self.plan, self.days)
            .map_err(|error| FieldError::new(format!("retention.{}", error.field), error.detail))
    }
}
