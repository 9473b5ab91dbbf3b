//! Where an execution stands on a filtered list: what is above it, what is below, and how many come before.

use super::{
    condition::{cells_condition, push_from_executions, push_ranges, push_uncounted_conditions},
    page,
};
use crate::{
    Store, StoreError,
    counts::Stretch,
    history::History,
    snapshot::{Snapshot, Statement},
};
use domain::{AgentId, ExecutionFilter, ExecutionId, ExecutionSummary, OrganizationId, time};

/// Where an execution stands on a filtered list, or would stand if the filter let it pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbors {
    /// The next one above it.
    pub newer: Option<ExecutionId>,
    /// The next one below it.
    pub older: Option<ExecutionId>,
    /// How many rows of the list are above it.
    pub before: u64,
}

/// Which way from an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Newer,
    Older,
}

impl Store {
    /// The neighbors of an execution on the filtered list, all three of one moment.
    pub async fn neighbors(
        &self,
        organization: OrganizationId,
        agent: &AgentId,
        filter: &ExecutionFilter,
        execution: &ExecutionSummary,
    ) -> Result<Neighbors, StoreError> {
        let history = self.history(organization, agent).await?;
        let mut snapshot = Snapshot::begin(&self.backend).await?;
        Ok(Neighbors {
            newer: next(&mut snapshot, history, filter, execution, Way::Newer).await?,
            older: next(&mut snapshot, history, filter, execution, Way::Older).await?,
            before: before(&mut snapshot, history, filter, execution).await?,
        })
    }
}

/// The nearest row that way: first among those of the same instant, by identifier, then among the others by time. Each
/// is the end of an index range, so neither the history nor the number of ties matters.
async fn next(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    execution: &ExecutionSummary,
    way: Way,
) -> Result<Option<ExecutionId>, StoreError> {
    let whole = Stretch::of(filter);
    let instant = instant_of(execution);
    let ties = within(whole, instant);
    if let Some(tie) = nearest(snapshot, history, filter, (ties, Some(execution)), way).await? {
        return Ok(Some(tie));
    }
    let rest = match way {
        Way::Newer => Stretch {
            from: whole.from.max(instant.until),
            ..whole
        },
        Way::Older => Stretch {
            until: whole.until.min(instant.from),
            ..whole
        },
    };
    nearest(snapshot, history, filter, (rest, None), way).await
}

/// The nearest row of a stretch, and where it is given of those beyond an execution by identifier.
async fn nearest(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    (stretch, beyond): (Stretch, Option<&ExecutionSummary>),
    way: Way,
) -> Result<Option<ExecutionId>, StoreError> {
    if stretch.is_empty() {
        return Ok(None);
    }
    let (order, beyond_it) = match way {
        Way::Newer => ("ASC", " AND e.execution_id > "),
        Way::Older => ("DESC", " AND e.execution_id < "),
    };
    let order = format!(" ORDER BY e.executed_at {order}, e.execution_id {order} LIMIT 1");
    let columns = "e.executed_at, e.execution_id";
    let push_conditions = |statement: &mut Statement| {
        push_uncounted_conditions(statement, filter);
        if let Some(execution) = beyond {
            statement
                .push(beyond_it)
                .bind_text(execution.execution_id.as_str());
        }
    };
    let mut statement = Statement::new("SELECT e.execution_id FROM (");
    if filter.statuses.is_all() && filter.sources.is_all() {
        statement.push("SELECT ").push(columns);
        push_from_executions(&mut statement, history, "", stretch);
        push_conditions(&mut statement);
        statement.push(&order);
    } else {
        push_ranges(
            &mut statement,
            (history, filter, stretch),
            (columns, &order),
            push_conditions,
        );
    }
    statement.push(") AS e").push(&order);
    let found = snapshot.ids(statement).await?;
    Ok(found.into_iter().next())
}

/// How many rows come before the execution: those of a later instant, and those of its own with a greater identifier.
async fn before(
    snapshot: &mut Snapshot,
    history: History<'_>,
    filter: &ExecutionFilter,
    execution: &ExecutionSummary,
) -> Result<u64, StoreError> {
    let whole = Stretch::of(filter);
    let instant = instant_of(execution);
    let ties = within(whole, instant);
    let mut before = 0;
    if !ties.is_empty() {
        let mut statement = Statement::new("SELECT COUNT(*)");
        push_from_executions(&mut statement, history, "", ties);
        statement.push(&cells_condition("e.status", "e.source", filter));
        push_uncounted_conditions(&mut statement, filter);
        statement
            .push(" AND e.execution_id > ")
            .bind_text(execution.execution_id.as_str());
        let found = snapshot.integers::<1>(statement).await?;
        before += found.first().map_or(0, |[count]| count.unsigned_abs());
    }
    let later = ExecutionFilter {
        from: Some(time::from_micros(whole.from.max(instant.until))),
        ..filter.clone()
    };
    if !Stretch::of(&later).is_empty() {
        before += page::total(snapshot, history, &later).await?;
    }
    Ok(before)
}

fn instant_of(execution: &ExecutionSummary) -> Stretch {
    let at = execution.executed_at.timestamp_micros();
    Stretch {
        from: at,
        until: at + 1,
    }
}

fn within(whole: Stretch, part: Stretch) -> Stretch {
    Stretch {
        from: whole.from.max(part.from),
        until: whole.until.min(part.until),
    }
}
