//! What is filtered for: a chip each, with a link that takes it away, and one link that takes all away.

use super::{
    View,
    calendar::{Calendar, ends},
};
use crate::{data::executions::ExecutionList, routes, text};
use domain::{Choice, ExecutionQuery, FacetValue, Facets, LocalZone, Selection, Timestamp, format::grouped};
use leptos::prelude::*;

/// The active filters, and how many executions pass them; nothing where there is none.
#[component]
pub fn Chips(
    view: View,
    list: Memo<ExecutionList>,
    calendar: Calendar,
    facets: Memo<Facets>,
) -> impl IntoView {
    let total = Memo::new(move |_| list.with(|list| list.pagination.total));
    let parts = Memo::new(move |_| {
        let query = view.query.get();
        facets.with(|facets| calendar.with(|zone, now| without_each(&query, zone, now, facets)))
    });
    move || {
        let query = view.query.get();
        let agent = view.agent.get();
        query.is_filtered().then(|| {
            let chips = parts.get().into_iter().map(|(label, rest)| {
                let remove = text::list::remove(&label);
                view! {
                    <li class="chip">
                        {label}
                        <a href=routes::executions_where(&agent, &rest) aria-label=remove.clone() title=remove data-noscroll>
                            "×"
                        </a>
                    </li>
                }
            });
            view! {
                <ul class="chips" aria-label=text::list::ACTIVE_FILTERS>
                    {chips.collect_view()}
                    <li>
                        <a class="control quiet" href=routes::executions_where(&agent, &cleared(&query)) data-noscroll>
                            {text::list::CLEAR}
                        </a>
                    </li>
                </ul>
                <span class="total">
                    {move || text::executions_count(&grouped(total.get()), total.get() == 1)}
                </span>
            }
        })
    }
}

/// The query without any filter, on its first page. The zone stays: it filters nothing.
pub fn cleared(query: &ExecutionQuery) -> ExecutionQuery {
    let mut rest = ExecutionQuery {
        time_zone: query.time_zone.clone(),
        ..Default::default()
    };
    rest.page.limit = query.page.limit;
    rest
}

/// Every filter's words, and the query without it.
fn without_each(
    query: &ExecutionQuery,
    zone: &LocalZone,
    now: Timestamp,
    facets: &Facets,
) -> Vec<(String, ExecutionQuery)> {
    let mut first = query.clone();
    first.page.offset = 0;
    let without = |change: &dyn Fn(&mut ExecutionQuery)| {
        let mut rest = first.clone();
        change(&mut rest);
        rest
    };
    let mut chips = Vec::new();
    for status in query.statuses.chosen() {
        chips.push((
            status.label().to_owned(),
            without(&|rest| rest.statuses = all_but(rest.statuses, status)),
        ));
    }
    for source in query.sources.chosen() {
        chips.push((
            source.label().to_owned(),
            without(&|rest| rest.sources = all_but(rest.sources, source)),
        ));
    }
    let [start, end] = ends(query.start, query.end, zone, now);
    chips.extend(start.map(|label| (label, without(&|rest| rest.start = None))));
    chips.extend(end.map(|label| (label, without(&|rest| rest.end = None))));
    for (field, value) in query.values.iter() {
        let known = facets.of(field).iter().find(|known| known.value == value);
        let label = known.map_or(value, FacetValue::label);
        let rest = without(&|rest| rest.values = rest.values.without(field, value));
        chips.push((text::list::labeled(field.label(), label), rest));
    }
    chips
}

fn all_but<T: Choice>(selection: Selection<T>, value: T) -> Selection<T> {
    selection.chosen().filter(|one| *one != value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_string::executions;

    #[test]
    fn each_chip_takes_away_itself_and_the_page() {
        let (query, errors) =
            executions("status=failed,success&startDate=2025-11-18&version=V3&version=V4&limit=50&page=3");
        assert_eq!(errors, []);
        let now = domain::time::parse_instant("2025-12-01T00:00:00Z").unwrap();
        let rests: Vec<_> = without_each(&query, &LocalZone::utc(), now, &Facets::default())
            .into_iter()
            .map(|(label, rest)| (label, routes::executions_where("a", &rest)))
            .collect();
        let base = "/agents/a/executions?";
        let expected = [
            (
                "Success",
                "status=failed&startDate=2025-11-18&version=V3&version=V4&limit=50",
            ),
            (
                "Failed",
                "status=success&startDate=2025-11-18&version=V3&version=V4&limit=50",
            ),
            (
                "From 18 Nov",
                "status=success&status=failed&version=V3&version=V4&limit=50",
            ),
            (
                "Version: V3",
                "status=success&status=failed&startDate=2025-11-18&version=V4&limit=50",
            ),
            (
                "Version: V4",
                "status=success&status=failed&startDate=2025-11-18&version=V3&limit=50",
            ),
        ];
        assert_eq!(
            rests,
            expected.map(|(label, rest)| (label.to_owned(), format!("{base}{rest}")))
        );
        assert_eq!(
            routes::executions_where("a", &cleared(&query)),
            "/agents/a/executions?limit=50"
        );
    }
}
