//! What may help with a failed execution: facts of the agent's own history first, then what is known of the error code.

mod advice;
mod findings;
mod hint;
mod history;
mod link;
mod usual;
mod variables;

pub use findings::{Around, Findings, LastAlike, alike};
pub use hint::{ENOUGH, Evidence, Hint};
pub use history::around;
pub use usual::UsualLatency;
pub use variables::Variables;

use crate::{Execution, LocalZone, Status};

/// Whether hints are given for executions that stand so.
pub fn helps(status: Status) -> bool {
    !matches!(status, Status::Running | Status::Success)
}

/// What may help with an execution, the most telling first; nothing where it did not fail.
pub fn hints(execution: &Execution, findings: &Findings, zone: &LocalZone) -> Vec<Hint> {
    if !helps(execution.summary.status) {
        return Vec::new();
    }
    let case = history::Case {
        execution: &execution.summary,
        findings,
        zone,
        code: advice::Code::of(&execution.summary),
    };
    let mut hints = case.facts();
    hints.extend(variables::differences(execution, &findings.variables));
    hints.push(Hint {
        message: case.code.advice(&execution.summary),
        evidence: None,
    });
    hints
}
