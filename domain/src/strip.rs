//! A filtered history over time, by status.

use crate::{Choice, Status, Timestamp, VersionNumber};
use serde::{Deserialize, Serialize};

/// Number of statuses.
pub const STATUSES: usize = Status::ALL.len();

/// A filtered history over time: bars of equal width but for the ends, oldest first, that add up to the list's total.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strip {
    /// Each stretch of time, those without executions too.
    pub bars: Vec<Bar>,
    /// When versions were put in use, within the bars.
    pub activations: Vec<Activation>,
}

/// How many executions began in one stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bar {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// How many of each status, in the order of `Status::ALL`.
    pub counts: [u64; STATUSES],
}

impl Bar {
    /// How many in all.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// A version was put in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activation {
    /// Which.
    pub version: VersionNumber,
    /// When.
    pub at: Timestamp,
}
