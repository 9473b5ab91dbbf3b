//! Which executions: the parts of statements that choose rows of an agent, a stretch of time and a filter.

use crate::{
    counts::{self, Stretch},
    history::History,
    snapshot::Statement,
};
use domain::ExecutionFilter;

/// Rows of one stretch as one index range for each status and source that the filter allows, united. Both databases merge
/// the ranges in order and read no further than they must; PostgreSQL only where each is in order by itself.
/// `push_conditions` says what else must hold of a row.
pub(super) fn push_ranges(
    statement: &mut Statement,
    (history, filter, stretch): (History<'_>, &ExecutionFilter, Stretch),
    (columns, order): (&str, &str),
    push_conditions: impl Fn(&mut Statement),
) {
    for (index, (status, source)) in counts::allowed_cells(filter).into_iter().enumerate() {
        statement.push(if index == 0 { "" } else { " UNION ALL " });
        statement.push("SELECT * FROM (SELECT ").push(columns);
        push_from_executions(statement, history, "", stretch);
        statement.push(&format!(" AND e.status = {status} AND e.source = {source}"));
        push_conditions(statement);
        statement.push(order).push(") AS cell");
    }
}

/// ` FROM executions e`, and what is joined to it, for one agent and one stretch.
pub(super) fn push_from_executions(
    statement: &mut Statement,
    history: History<'_>,
    join: &str,
    stretch: Stretch,
) {
    statement
        .push(" FROM executions e ")
        .push(join)
        .push(" WHERE e.organization_id = ")
        .bind(history.organization.0);
    statement.push(" AND e.agent_key = ").bind(history.agent_key);
    statement.push(" AND e.executed_at >= ").bind(stretch.from);
    statement.push(" AND e.executed_at < ").bind(stretch.until);
}

/// ` AND …` for the columns of status and source, or nothing where all pass. The codes are ours, so they stand as
/// literals.
pub(crate) fn cells_condition(status: &str, source: &str, filter: &ExecutionFilter) -> String {
    use domain::Choice;
    fn list<T: Choice>(values: impl Iterator<Item = T>) -> String {
        values
            .map(|value| value.code().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    }
    let mut condition = String::new();
    if !filter.statuses.is_all() {
        condition += &format!(" AND {status} IN ({})", list(filter.statuses.iter()));
    }
    if !filter.sources.is_all() {
        condition += &format!(" AND {source} IN ({})", list(filter.sources.iter()));
    }
    condition
}

/// ` AND …` for what the bucket counts do not know.
pub(crate) fn push_uncounted_conditions(statement: &mut Statement, filter: &ExecutionFilter) {
    for (field, values) in filter.values.asked() {
        let column = field.separated('_');
        statement.push(" AND e.").push(&column).push(" IN (");
        for (index, value) in values.iter().enumerate() {
            statement
                .push(if index == 0 { "" } else { ", " })
                .bind_text(value);
        }
        statement.push(")");
    }
}
