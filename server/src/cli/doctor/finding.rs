//! What the doctor says.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Weak: somebody should see to it.
    Warning,
    /// Broken, or open to others.
    Problem,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was looked at: stable, for machines.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is the case, in one sentence.
    pub says: String,
    /// What would help; none where nothing need be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self {
            check,
            severity: Severity::Ok,
            says: says.into(),
            remedy: None,
        }
    }

    pub fn new(
        severity: Severity,
        check: &'static str,
        says: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            check,
            severity,
            says: says.into(),
            remedy: Some(remedy.into()),
        }
    }
}
