//! Several executions in one request: each is judged by itself, in order.

use super::items::Items;
use crate::{
    auth::{AgentAccess, Record},
    body::{Received, aside},
    clock,
    problem::Problem,
};
use domain::{Errors, ExecutionFields, ExecutionId, FieldError, Timestamp, given::Bounds};
use serde::Serialize;
use service::Service;
use store::{RecordResult, Recorded};
use utoipa::ToSchema;

/// What became of each of several executions, in their order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    results: Vec<ItemResult>,
    /// How many wrong fields there are beside those that `errors` of the invalid ones name, if any: 100 are named in all,
    /// unless the server is set to another number.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(minimum = 1)]
    more_errors: u64,
}

/// What became of one of several executions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemResult {
    /// As given, or ours; null for an invalid one that gave none.
    execution_id: Option<ExecutionId>,
    result: ItemOutcome,
    /// The wrong fields of an invalid one, as long as there are not too many in the whole answer.
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

/// How many members one group may have before no further item comes to it: what is in memory as trees at once.
const GROUP: usize = 50_000;

/// The items of a body while they are read.
struct Batch {
    /// `None` after the last one: its text is not kept any longer.
    items: Option<Items<Received>>,
    bounds: Bounds,
    errors: Told,
    now: Timestamp,
}

/// What an answer tells of wrong fields.
struct Told {
    left: usize,
    more: u64,
}

/// Items that are recorded together.
#[derive(Default)]
struct Group {
    /// What became of each; `None` of one that is to be recorded.
    judged: Vec<Option<ItemResult>>,
    valid: Vec<ExecutionFields>,
}

/// Records what can be recorded. Items with many members are recorded in several groups, so that not all of them are in
/// memory at once; nothing is recorded before all are known to be JSON and no more than may be.
pub async fn record(
    access: &AgentAccess<Record>,
    service: &Service,
    items: Items<Received>,
    bounds: Bounds,
) -> Result<BatchAnswer, Problem> {
    let now = clock::now();
    let batch = Batch {
        items: Some(items),
        bounds,
        errors: Told {
            left: bounds.errors,
            more: 0,
        },
        now,
    };
    let (mut batch, mut group) = batch.next_group().await?;
    let mut places = group.valid.len();
    if batch.items.is_some() {
        (batch, places) = batch.count().await?;
    }
    let mut recording = service
        .begin_recording(&access.caller, access.agent_id(), places)
        .await?;
    let mut results = Vec::new();
    loop {
        let mut recorded = recording.record(group.valid).await?.into_iter();
        for judged in group.judged {
            let result = judged.or_else(|| {
                let recorded = recorded.next()?;
                Some(ItemResult::recorded(recorded, &mut batch.errors))
            });
            results.push(
                result.ok_or_else(|| {
                    Problem::internal("the store answered fewer executions than it was given")
                })?,
            );
        }
        if batch.items.is_none() {
            break;
        }
        (batch, group) = batch.next_group().await?;
    }
    Ok(BatchAnswer {
        results,
        more_errors: batch.errors.more,
    })
}

impl Batch {
    fn length(&self) -> usize {
        self.items.as_ref().map_or(0, Items::length)
    }

    async fn next_group(mut self) -> Result<(Self, Group), Problem> {
        aside(self.length(), move || {
            let group = self.read_group()?;
            Ok((self, group))
        })
        .await?
    }

    /// The same, and how many items there are in all.
    async fn count(self) -> Result<(Self, usize), Problem> {
        aside(self.length(), move || {
            let count = self.items.as_ref().map_or(Ok(0), Items::count)?;
            Ok((self, count))
        })
        .await?
    }

    fn read_group(&mut self) -> Result<Group, Problem> {
        let mut group = Group::default();
        let mut members = 0;
        while let Some(items) = &mut self.items {
            let bounds = Bounds {
                errors: self.errors.left,
                ..self.bounds
            };
            let Some(item) = items.next(bounds)? else {
                self.items = None;
                break;
            };
            let (mut id, mut own) = (None, 0);
            let judged = item.map_err(Errors::from).and_then(|given| {
                id = given.execution_id().and_then(|id| id.parse().ok());
                own = given.members();
                ExecutionFields::parse_new(given, self.now)
            });
            group.judged.push(match judged {
                Ok(fields) => {
                    group.valid.push(fields);
                    members += own;
                    None
                }
                Err(errors) => Some(ItemResult::invalid(id, self.errors.take(errors))),
            });
            if members >= GROUP {
                break;
            }
        }
        Ok(group)
    }
}

impl Told {
    /// Those errors that there is still room for; the others are counted.
    fn take(&mut self, mut errors: Errors) -> Vec<FieldError> {
        errors.cut(self.left);
        self.more = self.more.saturating_add(errors.more());
        self.left -= errors.told().len();
        errors.into_told()
    }
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

    fn recorded(recorded: Recorded, told: &mut Told) -> Self {
        let mut detail = None;
        let (result, errors) = match recorded.result {
            RecordResult::Created(_) | RecordResult::Finished(_) => (ItemOutcome::Created, Vec::new()),
            RecordResult::Unchanged(_) => (ItemOutcome::Unchanged, Vec::new()),
            RecordResult::Conflict => (ItemOutcome::Conflict, Vec::new()),
            RecordResult::Invalid(errors) => (ItemOutcome::Invalid, told.take(errors.into())),
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

fn is_zero(number: &u64) -> bool {
    *number == 0
}
