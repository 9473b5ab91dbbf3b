//! What becomes of what is handed over.

use crate::Held;
use domain::{Execution, ExecutionId, ExecutionSummary, FieldError, SpentBudget};

/// What became of one recorded execution.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordResult {
    /// It is stored now.
    Created(ExecutionSummary),
    /// It was there, still running, and these fields ended it.
    Finished(ExecutionSummary),
    /// The same was there already.
    Unchanged(ExecutionSummary),
    /// Another execution has that identifier; it stays as it is.
    Conflict,
    /// It could not be put over the running one.
    Invalid(Vec<FieldError>),
    /// It began before what is kept, and is not stored.
    Expired {
        /// How many days the agent's executions are kept.
        days: u32,
    },
    /// It was erased on request, and is not stored again.
    Erased,
    /// It would begin something, and the budget of its key is spent.
    BudgetSpent(SpentBudget),
}

/// One recorded execution's identifier, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// As given, or ours.
    pub execution_id: ExecutionId,
    /// What became of it.
    pub result: RecordResult,
}

/// What became of an amendment.
#[derive(Debug, PartialEq)]
pub enum AmendOutcome {
    /// The execution as it is now.
    Amended(Held<Execution>),
    /// It says so already.
    Unchanged(Held<Execution>),
    /// It is final, and says something else.
    Final,
    /// The fields contradict what is there.
    Invalid(Vec<FieldError>),
}

/// What became of an amendment, as the writer tells it: `None` where the execution is large.
#[derive(Debug)]
pub(crate) enum Amendment {
    Amended(Option<Execution>),
    Unchanged(Option<Execution>),
    Final,
    Invalid(Vec<FieldError>),
}
