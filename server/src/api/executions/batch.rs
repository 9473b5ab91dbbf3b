//! Several executions in one request: each is judged by itself, in order.

use crate::{
    api::problem::Problem,
    auth::{AgentAccess, Record},
    clock,
};
use domain::{ExecutionFields, ExecutionId, FieldError};
use memchr::memchr_iter;
use serde::Serialize;
use serde_json::Value;
use store::{RecordResult, Recorded, Store};
use utoipa::ToSchema;

/// The most executions in one request.
pub const MAX_ITEMS: usize = 1_000;

/// What became of each of several executions, in their order.
#[derive(Serialize, ToSchema)]
pub struct BatchAnswer {
    results: Vec<ItemResult>,
}

/// What became of one of several executions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemResult {
    /// As given, or ours; null for an invalid one that gave none.
    execution_id: Option<ExecutionId>,
    result: ItemOutcome,
    /// Each wrong field of an invalid one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Which budget is spent, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What became of an item.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ItemOutcome {
    /// It is stored, or finished what was running.
    Created,
    /// The same was there already.
    Unchanged,
    /// Another execution has that identifier.
    Conflict,
    /// It could not be stored as given.
    Invalid,
    /// It began before what is kept, and is not stored.
    Expired,
    /// It was erased on request, and is not stored again.
    Erased,
    /// It is `running`, and the monthly budget of the key is spent.
    #[serde(rename = "budget_spent")]
    BudgetSpent,
}

/// One item of a request: JSON, or why it is none.
pub type Item = Result<Value, FieldError>;

/// The items of an array.
pub fn array(items: Vec<Value>) -> Result<Vec<Item>, Problem> {
    bounded(items.len())?;
    Ok(items.into_iter().map(Ok).collect())
}

/// The items of NDJSON: one a line, empty lines left out. A line that is not JSON spoils only itself.
pub fn lines(bytes: &[u8]) -> Result<Vec<Item>, Problem> {
    let mut rest = 0;
    let ends = memchr_iter(b'\n', bytes).chain([bytes.len()]);
    let lines: Vec<_> = ends
        .map(|end| &bytes[std::mem::replace(&mut rest, end + 1)..end])
        .zip(1..)
        .filter(|(line, _)| !line.trim_ascii().is_empty())
        .collect();
    bounded(lines.len())?;
    Ok(lines
        .into_iter()
        .map(|(line, number)| serde_json::from_slice(line).map_err(|error| broken_line(number, &error)))
        .collect())
}

/// Where a line breaks; the parser itself knows but one line.
fn broken_line(number: usize, error: &serde_json::Error) -> FieldError {
    let words = error.to_string();
    let what = words.split(" at line ").next().unwrap_or_default();
    let column = error.column();
    FieldError::new(
        "",
        format!("line {number} is not JSON: {what} at column {column}"),
    )
}

fn bounded(items: usize) -> Result<(), Problem> {
    if items > MAX_ITEMS {
        return Err(Problem::too_large(
            "too_many_items",
            format!("A request may hold 1,000 executions at most; this one holds {items}."),
        ));
    }
    Ok(())
}

/// Records what can be recorded.
pub async fn record(
    access: &AgentAccess<Record>,
    store: &Store,
    items: Vec<Item>,
) -> Result<BatchAnswer, Problem> {
    let now = clock::now();
    let mut valid = Vec::with_capacity(items.len());
    let judged: Vec<Option<ItemResult>> = items
        .into_iter()
        .map(|item| {
            let given = item.as_ref().ok().and_then(given_id);
            match item
                .map_err(|error| vec![error])
                .and_then(|json| ExecutionFields::parse_new(json, now))
            {
                Ok(fields) => {
                    valid.push(fields);
                    None
                }
                Err(errors) => Some(ItemResult::invalid(given, errors)),
            }
        })
        .collect();
    let caller = access.caller.recorder();
    let mut recorded = store
        .record(access.organization(), access.agent_id(), &caller, now, valid)
        .await?
        .into_iter();
    let results: Option<Vec<_>> = judged
        .into_iter()
        .map(|invalid| invalid.or_else(|| recorded.next().map(ItemResult::from)))
        .collect();
    let results =
        results.ok_or_else(|| Problem::internal("the store answered fewer executions than it was given"))?;
    Ok(BatchAnswer { results })
}

/// The identifier that an item gives, where it is one.
fn given_id(json: &Value) -> Option<ExecutionId> {
    json.get("executionId")?.as_str()?.parse().ok()
}

impl ItemResult {
    fn invalid(execution_id: Option<ExecutionId>, errors: Vec<FieldError>) -> Self {
        Self {
            execution_id,
            result: ItemOutcome::Invalid,
            errors,
            detail: None,
        }
    }
}

impl From<Recorded> for ItemResult {
    fn from(recorded: Recorded) -> Self {
        let mut detail = None;
        let (result, errors) = match recorded.result {
            RecordResult::Created(_) | RecordResult::Finished(_) => (ItemOutcome::Created, Vec::new()),
            RecordResult::Unchanged(_) => (ItemOutcome::Unchanged, Vec::new()),
            RecordResult::Conflict => (ItemOutcome::Conflict, Vec::new()),
            RecordResult::Invalid(errors) => (ItemOutcome::Invalid, errors),
            RecordResult::Expired { .. } => (ItemOutcome::Expired, Vec::new()),
            RecordResult::Erased => (ItemOutcome::Erased, Vec::new()),
            RecordResult::BudgetSpent(spent) => {
                detail = Some(Problem::spent_words(&spent));
                (ItemOutcome::BudgetSpent, Vec::new())
            }
        };
        Self {
            execution_id: Some(recorded.execution_id),
            result,
            errors,
            detail,
        }
    }
}
