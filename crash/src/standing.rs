//! How far a kind of work has come, as the table of tasks tells it.

use crate::{database::Database, kind::Kind};
use anyhow::Result;
use chrono::Utc;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody asked for it.
    Unasked,
    /// It was asked for, and nobody works on it.
    Waiting,
    /// Somebody works on it, or did when the process was killed.
    UnderWay,
    /// It has come to its end.
    Ended,
}

impl Standing {
    /// Of the kind in a database.
    pub async fn of(kind: Kind, database: &mut Database) -> Result<Self> {
        let mut count = async |condition: &str| {
            let sql = format!(
                "SELECT COUNT(*) FROM tasks WHERE kind = '{}' AND {condition}",
                kind.task()
            );
            database.number(&sql).await.map(|rows| rows > 0)
        };
        let now = Utc::now().timestamp_micros();
        let ended = if kind.is_periodic() {
            // It has been done and is due later.
            format!("lease IS NULL AND run_after > {now}")
        } else {
            "ended_at IS NOT NULL".to_owned()
        };
        Ok(if count("lease IS NOT NULL").await? {
            Self::UnderWay
        } else if count("lease IS NULL AND ended_at IS NULL").await? && !kind.is_periodic() {
            Self::Waiting
        } else if count(&ended).await? {
            Self::Ended
        } else if count("1 = 1").await? {
            Self::Waiting
        } else {
            Self::Unasked
        })
    }
}
