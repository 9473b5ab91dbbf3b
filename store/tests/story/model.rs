//! The naive model: a list in memory, filtered, sorted and cut.

use domain::{
    Choice, ExecutionFilter, ExecutionId, ExecutionSummary, FilterField, PageRequest, Selection, Source,
    Status, Timestamp, time::from_micros,
};
use proptest::prelude::*;

/// What a list should answer.
pub fn list(
    all: &[ExecutionSummary],
    filter: &ExecutionFilter,
    page: PageRequest,
) -> (Vec<ExecutionId>, u64) {
    let mut matching: Vec<_> = all.iter().filter(|execution| filter.matches(execution)).collect();
    matching
        .sort_by_key(|execution| std::cmp::Reverse((execution.executed_at, execution.execution_id.clone())));
    let total = matching.len() as u64;
    let rows = matching
        .into_iter()
        .skip(page.offset as usize)
        .take(page.limit.rows() as usize);
    (
        rows.map(|execution| execution.execution_id.clone()).collect(),
        total,
    )
}

fn selection<T: Choice + std::fmt::Debug>() -> impl Strategy<Value = Selection<T>> {
    proptest::sample::subsequence(T::ALL.to_vec(), 0..=T::ALL.len())
        .prop_map(|chosen| chosen.into_iter().collect())
}

/// Any filter over the stretch of time given in microseconds, its ends at odd instants and at round ones.
pub fn filters(from: i64, until: i64) -> impl Strategy<Value = ExecutionFilter> {
    let round = prop_oneof![
        Just(1i64),
        Just(1_000_000),
        Just(10_000_000),
        Just(900_000_000),
        Just(86_400_000_000)
    ];
    let instant = move || {
        proptest::option::of(
            (from..until, round.clone()).prop_map(|(micros, to)| from_micros(micros / to * to)),
        )
    };
    let any_of = |field: FilterField, values: &[&'static str]| {
        let values: Vec<_> = values.iter().map(|&value| (field, value)).collect();
        prop_oneof![4 => Just(Vec::new()), 1 => proptest::sample::subsequence(values, 1..=2)]
    };
    (
        selection::<Status>(),
        selection::<Source>(),
        instant(),
        instant(),
        any_of(FilterField::Version, &["V1", "V2", "="]),
        any_of(FilterField::Model, &["m1", "m2"]),
        any_of(FilterField::ExecutedBy, &["who0", "who1"]),
    )
        .prop_map(
            |(statuses, sources, a, b, versions, models, by): (_, _, Option<Timestamp>, _, _, _, _)| {
                let (from, to) = match (a, b) {
                    (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
                    ends => ends,
                };
                ExecutionFilter {
                    statuses,
                    sources,
                    from,
                    to,
                    values: [versions, models, by].into_iter().flatten().collect(),
                }
            },
        )
}
