//! The values that are kept of an agent's executions.

use domain::{ExecutionSummary, FilterField, OrganizationId};

/// One value of one agent. Ordered, so that every writer inserts in the same order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Facet {
    pub organization: OrganizationId,
    pub agent_key: i64,
    pub field: FilterField,
    pub value: String,
}

/// The fields whose values are kept.
pub(crate) fn kept() -> impl Iterator<Item = FilterField> {
    let fields = FilterField::ALL.into_iter();
    fields.filter(|field| field.kept_as().is_some())
}

/// The values of an execution that are kept.
pub(crate) fn values(summary: &ExecutionSummary) -> impl Iterator<Item = (FilterField, &str)> {
    kept().filter_map(|field| {
        let value = field.value(summary).filter(|value| !value.is_empty())?;
        Some((field, value))
    })
}
