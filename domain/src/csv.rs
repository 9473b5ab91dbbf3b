//! The columns of the CSV export.

use crate::{Choice, ExecutionId, NanoDollars, Source, Status, Timestamp};
use chrono::SecondsFormat;
use std::borrow::Cow;

/// Names of the columns, in order.
pub const HEADER: [&str; 9] = [
    "Execution ID",
    "Status",
    "Source",
    "Executed At",
    "Latency (ms)",
    "Tokens",
    "Cost (USD)",
    "Model",
    "Version",
];

/// What one row tells of an execution.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its identifier.
    pub execution_id: ExecutionId,
    /// How it stands.
    pub status: Status,
    /// Where it was started from.
    pub source: Source,
    /// Start of the run.
    pub executed_at: Timestamp,
    /// Milliseconds from request to response.
    pub latency_ms: Option<i64>,
    /// Input and output tokens together.
    pub tokens_used: Option<i64>,
    /// Cost.
    pub cost: Option<NanoDollars>,
    /// Model that answered.
    pub model: Option<String>,
    /// Version label.
    pub version: Option<String>,
}

impl Line {
    /// The cells: statuses and sources as in JSON, whole seconds in UTC, empty where unknown. Quoting is the writer's.
    pub fn cells(&self) -> [Cow<'_, str>; 9] {
        fn known<T: ToString>(value: Option<T>) -> Cow<'static, str> {
            value.map_or(Cow::Borrowed(""), |value| Cow::Owned(value.to_string()))
        }
        [
            guard(self.execution_id.as_str()),
            self.status.as_str().into(),
            self.source.as_str().into(),
            self.executed_at.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
            known(self.latency_ms),
            known(self.tokens_used),
            known(self.cost),
            guard(self.model.as_deref().unwrap_or_default()),
            guard(self.version.as_deref().unwrap_or_default()),
        ]
    }
}

/// Keeps a spreadsheet from running a cell: one that begins like a formula, blanks left out, gets a leading apostrophe
/// (OWASP, "CSV Injection"). Letters of full width count like the others, as some spreadsheets read them.
pub fn guard(cell: &str) -> Cow<'_, str> {
    let is_formula = cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula || cell.starts_with(['\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    fn line(id: &str, executed_at: &str) -> Line {
        Line {
            execution_id: id.parse().unwrap(),
            status: Status::Success,
            source: Source::Api,
            executed_at: time::parse_instant(executed_at).unwrap(),
            latency_ms: None,
            tokens_used: None,
            cost: None,
            model: None,
            version: None,
        }
    }

    #[test]
    fn the_documents_own_rows() {
        let first = Line {
            latency_ms: Some(1_250),
            tokens_used: Some(450),
            cost: NanoDollars::from_dollars(0.0023),
            model: Some("gemini-1.5-pro".into()),
            version: Some("V3".into()),
            ..line("exec_xyz789", "2025-11-18T09:45:00Z")
        };
        let expected = "exec_xyz789,success,api,2025-11-18T09:45:00Z,1250,450,0.0023,gemini-1.5-pro,V3";
        assert_eq!(first.cells().join(","), expected);
        let second = Line {
            status: Status::Failed,
            source: Source::Dashboard,
            latency_ms: Some(150),
            tokens_used: Some(0),
            cost: NanoDollars::from_nanos(0),
            model: Some("gemini-1.5-pro".into()),
            version: Some("V3".into()),
            ..line("exec_abc123", "2025-11-18T09:30:00Z")
        };
        let expected = "exec_abc123,failed,dashboard,2025-11-18T09:30:00Z,150,0,0,gemini-1.5-pro,V3";
        assert_eq!(second.cells().join(","), expected);
    }

    #[test]
    fn the_unknown_is_empty_and_no_cell_is_a_formula() {
        let wicked = Line {
            model: Some("=1+1".into()),
            version: Some("\tV3".into()),
            ..line("-1", "2025-11-18T09:30:00.999Z")
        };
        let expected = "'-1,success,api,2025-11-18T09:30:00Z,,,,'=1+1,'\tV3";
        assert_eq!(wicked.cells().join(","), expected);
        for safe in ["", "exec_1", "V3", "a=b"] {
            assert_eq!(guard(safe), safe);
        }
        for formula in [" =1+1", "\u{3000}=1", "＝1+1", "＋1", "－1", " ＠SUM(A1)", "\r=1"] {
            assert_eq!(guard(formula), format!("'{formula}"));
        }
    }
}
